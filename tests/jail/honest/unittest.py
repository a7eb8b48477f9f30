# Tests of its own, one of which fails.
import unittest


class Adding(unittest.TestCase):
    def test_right(self):
        self.assertEqual(1 + 1, 2)

    def test_wrong(self):
        for i in 1, 2:
            with self.subTest(i=i):
                self.assertEqual(i + 1, 2)

    @unittest.skip("not today")
    def test_skipped(self):
        pass

    def test_raises(self):
        with self.assertRaisesRegex(ValueError, "invalid literal"):
            int("x")


suite = unittest.defaultTestLoader.loadTestsFromTestCase(Adding)
result = unittest.TestResult()
suite.run(result)
print(result, result.failures[0][1], result.skipped)
raise SystemExit(not result.wasSuccessful())
