"""Where an index and a pool are kept: SQLite files, PostgreSQL, files of earlier and later versions."""

import sqlite3

import pytest
from postgresql import running_postgresql
from scene_makers import cropped, scaled, scene
from test_evidence_copies import case, look

from review_mining.errors import InputError
from review_mining.evidence import PictureIndex
from review_mining.evidence.fingerprint import View
from review_mining.evidence.pool import Pool


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from running_postgresql(tmp_path_factory.mktemp("server"))


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.postgresql)])
def place(request, tmp_path):
    return tmp_path / "kept.sqlite" if request.param == "file" else request.getfixturevalue("server")


def test_what_was_committed_is_found_again_and_the_rest_forgotten(place):
    with PictureIndex(place) as index:
        look(index, scene(1), case("A", "buyer-in-clear"))
        index.commit()
        look(index, scene(2), case("B", "b"))
    with PictureIndex(place) as index:
        assert len(index) == 1
        found = look(index, cropped(scene(1), 0.05), case("C", "c"))
        assert found is not None
        assert found.facts["other_case"] == "A"
        assert look(index, scaled(scene(2), 0.5), case("D", "d")) is None


def test_a_second_opening_sees_what_the_first_committed(place):
    with PictureIndex(place) as one:
        one.commit()
        with PictureIndex(place) as other:
            other.commit()
            look(one, scene(11), case("E", "e"))
            one.commit()
            sign = look(other, scaled(scene(11), 0.5), case("F", "f"))
    assert sign is not None
    assert sign.facts["other_case"] == "E"


def test_a_pool_names_no_one_and_only_sends_to_a_person(place):
    first, second = Pool(place, "shop-in-clear"), View.of(scene(21))
    assert first.see(second) is None
    assert first.see(View.of(scaled(scene(21), 0.5))) is None
    first.commit()
    first.close()
    other = Pool(place, "another")
    sign = other.see(View.of(scaled(scene(21), 0.5)))
    assert other.see(View.of(scene(22))) is None
    other.close()
    assert sign is not None
    assert (sign.kind, sign.strength, sign.message) == ("verified_reuse", "moderate", "pool")
    assert "人工核对" in sign.reason
    if not isinstance(place, str):
        assert b"in-clear" not in place.read_bytes()


def test_a_file_without_fingerprints_keeps_working(tmp_path):
    path = tmp_path / "old.sqlite"
    with sqlite3.connect(path) as old:
        old.execute("PRAGMA application_id = 0x524D4556")
        old.execute(
            "CREATE TABLE pictures (number INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, case_id TEXT NOT NULL,"
            " buyer TEXT, order_key TEXT, requested_at TEXT, UNIQUE (sha256, case_id))"
        )
        old.execute("INSERT INTO pictures (sha256, case_id, buyer) VALUES ('ab', 'A', 'digest')")
    old.close()
    with PictureIndex(path) as index:
        sign = index.see("ab", case("B", "b"))
        assert sign is not None
        assert sign.facts["other_case"] == "A"
        look(index, scene(1), case("C", "c"))
        index.commit()
    with PictureIndex(path) as index:
        assert look(index, scaled(scene(1), 0.5), case("D", "d")) is not None


def test_a_file_of_a_later_version_is_refused(tmp_path):
    path = tmp_path / "new.sqlite"
    with PictureIndex(path) as index:
        index.commit()
    with sqlite3.connect(path) as new:
        new.execute("UPDATE picture_index SET version = 99")
    new.close()
    with pytest.raises(InputError, match="version 99"):
        PictureIndex(path)


def test_an_index_is_no_pool(tmp_path):
    path = tmp_path / "index.sqlite"
    with PictureIndex(path) as index:
        index.commit()
    with pytest.raises(InputError, match="another program"):
        Pool(path, "shop")


@pytest.mark.parametrize("url", ["postgresql+pg8000://me:secret@127.0.0.1:1/none", "nosuch://x", "sqlite://%zz:x"])
def test_a_database_that_cannot_be_reached_is_named_without_its_password(url):
    with pytest.raises(InputError) as failed:
        PictureIndex(url)
    assert "secret" not in str(failed.value)
