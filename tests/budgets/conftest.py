"""The sample programme is what is weighed."""

from tests.sample.conftest import programme

__all__ = ["programme"]
