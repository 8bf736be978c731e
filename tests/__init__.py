import pytest

# The suite is part of the package, where pytest would not look for asserts to explain.
pytest.register_assert_rewrite("jupyter_bigupload.testing.store_suite")
