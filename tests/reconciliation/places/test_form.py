"""The file of places: what it has, and what is wrong with it, named by file, place and field."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from reconciliation.places import PlacesInvalid, places_file, read_places
from tests.house.source import ROOT

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ8"
FOLDER = "[places.seb]\naccounts = ['main']\nfolder = '/srv/seb'\n"
SFTP = f"[places.seb]\naccounts = ['main']\n[places.seb.sftp]\nhost = 'h'\nuser = 'u'\nhost_key = '{KEY}'\n"

MAIL = "[alerts.mail]\nhost = 'h'\nsender = 'a@b'\nto = ['b@c']\n"


def written(folder: Path, text: str) -> Path:
    path = places_file("clinic", folder)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def test_without_a_file_there_is_no_place(tmp_path: Path):
    assert read_places(places_file("clinic", tmp_path)).places == {}
    assert places_file("clinic", tmp_path, Path("/etc/places")) == Path("/etc/places/clinic.toml")


def test_what_is_not_said_has_a_default(tmp_path: Path):
    (place,) = read_places(written(tmp_path, FOLDER)).places.values()
    assert (place.after_taking, place.expected_by, place.behind, place.schedule) == ("move", time(9), 1, "30 6 * * *")


def test_an_account_may_be_silent(tmp_path: Path):
    (place,) = read_places(written(tmp_path, FOLDER + "longest_silence = {main = 3}")).places.values()
    assert place.longest_silence == {"main": 3}


def test_the_example_of_the_document_can_be_used(tmp_path: Path):
    page = (ROOT / "docs" / "places.md").read_text(encoding="utf-8")
    example = page.partition("```toml\n")[2].partition("```")[0]
    found = read_places(written(tmp_path, example)).places
    assert [place.sftp is None for place in found.values()] == [True, False]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[places.seb", "docs/places.md says"),
        (FOLDER + "folders = 'x'", "unknown field `folders`"),
        (FOLDER + "behind = '1'", "Expected `int`, got `str` - at `$.places[...].behind`"),
        (FOLDER.replace("seb", "SEB"), "the name of place 'SEB': give up to 40 small letters"),
        (FOLDER.replace("['main']", "[]"), "accounts of place 'seb': name at least one"),
        (FOLDER.replace("folder = '/srv/seb'", ""), "folder of place 'seb': give either"),
        (FOLDER.replace("/srv/seb", "inbox"), "folder of place 'seb': give the whole path"),
        (FOLDER + "behind = 11", "behind of place 'seb': give a number of bank days"),
        (FOLDER + "longest_silence = {other = 3}", "longest_silence of place 'seb': give accounts of the place"),
        (FOLDER + "longest_silence = {main = 0}", "each with a number of bank days from 1 to 60"),
        (FOLDER + "settled_seconds = -1", "settled_seconds of place 'seb': give from 0"),
        (FOLDER + "done_suffix = 'done'", "done_suffix of place 'seb': give a suffix"),
        (FOLDER + "schedule = 'daily'", "schedule of place 'seb': give minute, hour"),
        (FOLDER + "timezone = 'Mars/Base'", "timezone of place 'seb': give a time zone"),
        (FOLDER + "after_taking = 'lose'", "Invalid enum value 'lose'"),
        (SFTP, "sftp.key of place 'seb': give either `key` or `password`"),
        (SFTP + "password = 'letmein'", "sftp.password of place 'seb': give env:VARIABLE or file:PATH"),
        (SFTP + "key = 'file:/k'\npassword = 'env:P'", "sftp.key of place 'seb': give either"),
        (MAIL.replace("b@c", "b"), "mail.to of alerts: give mail addresses"),
        (MAIL + "user = 'u'", "mail.password of alerts: give `user` and `password`"),
        (MAIL + "user = 'u'\npassword = 'letmein'", "mail.password of alerts: give env:VARIABLE"),
        (MAIL + "user = 'u'\npassword = 'env:P'\ntls = 'none'", "mail.tls of alerts: a password is sent only"),
        ("[alerts.webhook]\nurl = 'http://h/x'", "webhook.url of alerts: give an address that begins with https"),
        ("[alerts.webhook]\nurl = 'https://h/x'\ntoken = 'letmein'", "webhook.token of alerts: give env:VARIABLE"),
        (SFTP.replace(KEY, "SHA256:abc") + "key = 'file:/k'", "sftp.host_key of place 'seb': give the server's"),
        (SFTP + "key = 'file:/k'\nport = 0", "sftp.port of place 'seb': give a port"),
    ],
)
def test_what_is_wrong_is_said_with_what_was_expected(tmp_path: Path, text: str, says: str):
    path = written(tmp_path, text)
    with pytest.raises(PlacesInvalid) as wrong:
        read_places(path)
    assert says in str(wrong.value)
    assert str(path) in str(wrong.value)
    assert "letmein" not in str(wrong.value)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path):
    written(tmp_path, "").unlink()
    places_file("clinic", tmp_path).mkdir()
    with pytest.raises(PlacesInvalid, match="cannot be read"):
        read_places(places_file("clinic", tmp_path))


def test_a_place_that_is_not_there_is_named_with_those_that_are(tmp_path: Path):
    with pytest.raises(PlacesInvalid, match="there is no place 'nordea'; the file of places has: seb"):
        read_places(written(tmp_path, FOLDER)).chosen(["nordea"])
