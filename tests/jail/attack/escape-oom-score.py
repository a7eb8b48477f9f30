# To be the last one that the kernel kills when memory is short.
# expect: ok
import wall


def lower():
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as f:
        f.write("-1000")


wall.refused("oom_score_adj", lower)
wall.held()
