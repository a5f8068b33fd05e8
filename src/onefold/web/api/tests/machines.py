"""A company's machine, for tests: a client with a token of its own."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID, uuid4

from django.test import Client

from onefold.commands.viewer import Viewer
from onefold.domains.organisation.actions import issue_token, replace_token
from onefold.kernel.ids import new_id

FEED, FILES = "hpc_contracts", "/api/v1/feeds/hpc_contracts/files"


class Machine:
    """Speaks for a company within `scopes`."""

    def __init__(self, viewer: Viewer, *scopes: str) -> None:
        secret, digest = _secret()
        made = issue_token(
            viewer, new_id(), company=viewer.company, name="core", token_sha256=digest, scopes=scopes or ("FEEDS",)
        )
        self._holds(viewer, secret, made["token_id"])

    def _holds(self, viewer: Viewer, secret: str, token_id: str) -> None:
        self.viewer, self.secret, self.token_id = viewer, secret, UUID(token_id)
        self.client = Client(headers={"authorization": f"Bearer {secret}"})

    def replaced(self) -> Machine:
        """The same machine with its next token."""
        secret, digest = _secret()
        made = replace_token(self.viewer, new_id(), token_id=self.token_id, token_sha256=digest)
        following = Machine.__new__(Machine)
        following._holds(self.viewer, secret, made["token_id"])
        return following

    def get(self, path: str, **headers: str):
        return self.client.get(f"/api/v1{path}", headers=headers)

    def post(self, path: str, body: Any, **headers: str):
        return self.client.post(f"/api/v1{path}", body, "application/json", headers=headers)

    def delete(self, path: str):
        return self.client.delete(f"/api/v1{path}")

    def send(
        self, content: bytes, feed: str = FEED, name: str = "hpc_contracts.csv", kind: str = "text/csv", **headers: str
    ):
        address = f"/api/v1/feeds/{feed}/files"
        return self.client.post(address, content, kind, query_params={"name": name}, headers=headers)


def _secret() -> tuple[str, str]:
    secret = f"ofk_{uuid4().hex}"
    return secret, hashlib.sha256(secret.encode()).hexdigest()
