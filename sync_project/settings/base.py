"""What every part of the settings is made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

FieldName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
"""The API name of a Salesforce object or field."""
OurName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""A name that the user gives."""


class SettingsModel(BaseModel):
    """Frozen; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
