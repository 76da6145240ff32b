from typing import Any, List, Mapping, Optional, Union

class ConfigError(ValueError):
    """A configuration, a pack or the name of a rule that cannot be used; says where and why."""

class Linter:
    has_folders: bool
    def __new__(cls, config: Union[str, Mapping[str, Any], None], select: List[str], ignore: List[str]) -> Linter: ...
    def check(self, data: bytes, name: str, today: str) -> bytes: ...
    def check_rows(
        self, names: List[str], contents: List[Optional[bytes]], threads: Optional[int], today: str
    ) -> bytes: ...
