# The host's mounts: which disks, which directories they come from.
# expect: ok
import wall

for name in "mounts", "mountinfo":
    try:
        with open("/proc/self/" + name, encoding="utf-8") as f:
            for line in f:
                source = line.split(" - ")[-1].split()[name == "mountinfo"]
                if source.startswith("/dev/"):
                    wall.leak(line)
                    break
    except OSError:
        pass
wall.held()
