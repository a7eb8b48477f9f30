# Time zones by name.
import datetime
import zoneinfo

for name in "Europe/Berlin", "Asia/Kolkata", "America/New_York":
    try:
        zone = zoneinfo.ZoneInfo(name)
    except zoneinfo.ZoneInfoNotFoundError as e:
        print(e)
        continue
    t = datetime.datetime(2024, 7, 1, 12, tzinfo=zone)
    print(t, t.dst(), t.utcoffset(), t.tzname())
print(len(zoneinfo.available_timezones()))
