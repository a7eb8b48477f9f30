# A program that tries the network says what any machine without one says.
import urllib.error
import urllib.request

try:
    urllib.request.urlopen("http://192.0.2.1/", timeout=0.2)
except (urllib.error.URLError, TimeoutError) as e:
    print(isinstance(e, OSError))
