# Logging to errors and to a file.
import logging

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(filename)s:%(lineno)d %(message)s")
log = logging.getLogger("app")
handler = logging.FileHandler("app.log")
log.addHandler(handler)
log.info("hello %s", "there")
log.debug("not shown")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("it failed")
logging.shutdown()
print(open("app.log").read())
