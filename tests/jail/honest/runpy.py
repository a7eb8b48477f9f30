# Code made at run time: eval, exec, compile, ast, runpy, importlib.
import ast
import code
import runpy
import types

print(eval("1 + x", {"x": 2}), ast.unparse(ast.parse("a=1+2*3")))
ns = {}
exec("def f(n):\n    return n * 2", ns)
print(ns["f"](4), types.ModuleType("m"))
with open("other.py", "w", encoding="utf-8") as f:
    f.write("print('as', __name__); value = 5")
print(runpy.run_path("other.py", run_name="__main__")["value"])
code.InteractiveInterpreter().runsource("1/0")
