"""R19, R27: a file that a killed process left unfinished stops no label and no receipt."""

import os
from contextlib import suppress
from unittest.mock import patch
from uuid import uuid4

from odoo import api
from odoo.exceptions import UserError
from odoo.tests import TransactionCase

from tests.odoo.dhl_case import DhlCommittedCase


class TestUnfinishedFiles(TransactionCase):
    test_tags = frozenset({"post_install"})

    def setUp(self):
        super().setUp()
        self.attachments = self.env["ir.attachment"]
        self.content = f"label {uuid4()}".encode() * 500
        self.sha = self.attachments._compute_checksum(self.content)
        self.path = self.attachments._full_path(f"{self.sha[:2]}/{self.sha}")
        self.addCleanup(self.remove)

    def remove(self):
        with suppress(FileNotFoundError):
            os.unlink(self.path)

    def leave(self, content):
        """Put a file where Odoo will store the content."""
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        with open(self.path, "wb") as file:
            file.write(content)

    def stored(self):
        with open(self.path, "rb") as file:
            return file.read()

    def test_unfinished_files_are_written_again(self):
        half = len(self.content) // 2
        for left in (b"", self.content[:1], self.content[:half], self.content[:-1], bytes(len(self.content))):
            self.leave(left)
            with self.subTest("a new attachment", length=len(left)):
                attachment = self.attachments.create({"name": "label.pdf", "raw": self.content})
                self.assertEqual(attachment.store_fname, f"{self.sha[:2]}/{self.sha}")
                self.assertEqual(self.stored(), self.content)
            self.leave(left)
            with self.subTest("an attachment that changes", length=len(left)):
                attachment = self.attachments.create({"name": "label.pdf", "raw": b"old"})
                attachment.raw = self.content
                attachment.invalidate_recordset()
                self.assertEqual(attachment.raw, self.content)

    def test_nothing_is_left_beside_the_file_and_odoo_may_collect_it(self):
        self.leave(self.content[:10])
        self.attachments.create({"name": "label.pdf", "raw": self.content})
        beside = [name for name in os.listdir(os.path.dirname(self.path)) if name.startswith(self.sha)]
        self.assertEqual(beside, [self.sha])
        self.assertTrue(os.path.exists(self.attachments._full_path(f"checklist/{self.sha[:2]}/{self.sha}")))

    def test_a_whole_file_stays_the_same_one(self):
        self.leave(self.content)
        before = os.stat(self.path).st_ino
        self.attachments.create({"name": "label.pdf", "raw": self.content})
        self.assertEqual(os.stat(self.path).st_ino, before)

    def test_another_content_of_the_same_checksum_is_still_refused(self):
        other = b"another content"
        self.leave(other)
        with (
            patch.object(type(self.attachments), "_compute_checksum", lambda *_args: self.sha),
            self.assertRaisesRegex(UserError, "collides"),
        ):
            self.attachments.create({"name": "label.pdf", "raw": self.content})
        self.assertEqual(self.stored(), other)


class TestUnfinishedLabel(DhlCommittedCase):
    def labels(self, env):
        domain = [
            ("res_model", "=", "stock.picking"),
            ("res_id", "=", self.ids["picking"]),
            ("mimetype", "like", "pdf"),
        ]
        return env["ir.attachment"].sudo().search(domain)

    def test_r19_validate_gives_the_labels_after_a_process_was_killed_while_it_stored_them(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.env.ref("base.user_admin").id, {})
            self.picking_in(env).button_validate()
            files = {env["ir.attachment"]._full_path(label.store_fname): label.raw for label in self.labels(env)}
            cr.rollback()
        self.assertEqual(len(files), 2)
        for path, content in files.items():
            with open(path, "wb") as file:
                file.write(content[: len(content) // 2])
        self.validate()
        self.assertEqual(self.states(), ["used"])
        with self.transaction() as env:
            self.assertEqual(sorted(self.labels(env).mapped("raw")), sorted(files.values()))
