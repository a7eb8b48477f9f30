# Clocks that go on, dates, and time zones.
import calendar
import datetime
import time

for clock in time.monotonic, time.perf_counter, time.time, time.process_time:
    a = clock()
    while clock() == a:
        pass
    print(clock.__name__, clock() > a)
print(datetime.datetime.fromtimestamp(0, datetime.timezone.utc).isoformat())
print(datetime.date(2024, 2, 29) + datetime.timedelta(365), calendar.isleap(2100))
print(time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(10**9)), time.tzname, time.timezone)
print(datetime.datetime.now().year >= 2024)
