"""A fixed subset of the hostile files that ``scripts/evidence_hostile.py`` measures, each judged in another process."""

import pytest
from hostile_files import COUNT, QUICK, hostile_files
from hostile_watch import judge_each

SECONDS, MEGABYTES = 10.0, 1024.0


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    files = hostile_files()
    found = judge_each({name: files[name] for name in QUICK}, tmp_path_factory.mktemp("hostile"))
    return {file.name: file for file in found}


def test_there_are_as_many_as_the_figures_say():
    assert len(hostile_files()) == COUNT


@pytest.mark.parametrize("name", QUICK)
def test_each_is_answered_within_bounds(judged, name):
    file = judged[name]
    assert file.fault == ""
    assert file.seconds < SECONDS
    assert file.megabytes < MEGABYTES
    assert file.outcome in ("no_sign", "ask_for_more", "human_review")


@pytest.mark.parametrize("name", ["xmp-webp-entity-laughs", "xmp-webp-deeper", "exif-jpeg-loop", "c2pa-png-deeper"])
def test_none_is_taken_for_a_declaration(judged, name):
    assert not set(judged[name].signs) & {"tc260_label", "iptc_ai", "generator_metadata"}


def test_the_same_files_on_every_run():
    files, again = hostile_files(), hostile_files()
    for name in ("changed-03", "polyglot-jpeg-zip", "exif-jpeg-loop"):
        assert files[name]() == again[name]()
