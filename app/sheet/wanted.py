"""What is asked of a sheet: how many minibatches, how many decimals, with blanks or without."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from app.errors import ConfigError, faults_of

__all__ = ["Wanted"]


def _listed(value: Any) -> Any:
    """Read ``1, 3``, as it is typed; a list is one already."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


Places = Annotated[tuple[Annotated[int, Field(ge=1)], ...], BeforeValidator(_listed)]


class Wanted(BaseModel):
    """The choices; what is left empty in a form is as if it were not there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minibatches: int = Field(1, ge=1, le=100, description="how many are worked out")
    decimals: int | None = Field(None, ge=2, le=12, description="decimals that are shown")
    examples: Places | None = Field(None, description="rows of the minibatch, from 1")
    student: bool = Field(False, description="with blanks")
    key: bool = Field(False, description="with the answers by number")
    start: Literal["here", "first"] = Field("here", description="where a session's sheet begins")

    @classmethod
    def parse(cls, given: Mapping[str, Any]) -> Self:
        """Return the choices that a form or a command line says.

        Raises:
            ConfigError: they cannot be; the error names field, rule and value.
        """
        filled = {name: value for name, value in given.items() if value not in ("", None)}
        try:
            return cls.model_validate(filled)
        except ValidationError as error:
            raise ConfigError(faults_of(error)) from error

    @property
    def works(self) -> bool:
        """Whether the working is printed: a key alone is the answers only."""
        return self.student or not self.key
