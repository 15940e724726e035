"""C2PA records: trusted, untrusted and broken are three different things, and only one of them can decide."""

import os
import random
import signal
import sys
import threading
import time
from io import BytesIO
from pathlib import Path

import pytest
from credential_makers import MEDIA_TYPES, signed, signer
from evidence_makers import encoded, heic_with, image, segment
from PIL import Image

from review_mining.errors import ConfigError
from review_mining.evidence import EvidenceClassifier, EvidenceConfig, c2pa_reader
from review_mining.evidence.c2pa_reader import C2paReader
from review_mining.evidence.config import Limits
from review_mining.evidence.content_credentials import ContentCredentials
from review_mining.evidence.decision import picture_outcome
from review_mining.evidence.intake import examine

AI, EDITED, CAPTURE = "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "digitalCapture"


@pytest.fixture(scope="module")
def maker():
    return signer()


@pytest.fixture(scope="module")
def stranger():
    return signer("Invented Stranger")


@pytest.fixture(scope="module")
def anchors(maker, tmp_path_factory):
    path = tmp_path_factory.mktemp("trust") / "anchors.pem"
    path.write_text(f"## 信任名单 ##\n{maker.root}", encoding="gb18030")
    return path


@pytest.fixture(scope="module")
def credentials(anchors):
    return ContentCredentials(anchors)


def signs_of(data, credentials):
    picture = examine("picture", data, Limits())
    assert picture.fault is None
    return credentials.signs(picture)


def outcome(sign):
    return picture_outcome([sign], EvidenceConfig().decision)


@pytest.mark.parametrize("picture_format", MEDIA_TYPES)
def test_a_trusted_signer_who_says_ai_made_decides(picture_format, maker, credentials):
    data = signed(maker, ("created", AI), data=encoded(picture_format), media_type=MEDIA_TYPES[picture_format])
    (sign,) = signs_of(data, credentials)
    assert (sign.kind, sign.strength, outcome(sign)) == ("c2pa_trusted_ai", "strong", "strong_sign")
    assert (sign.facts["signer"], sign.facts["generator"]) == ("Invented Camera Works", "Invented Maker")
    assert len(str(sign.facts["trust_list"])) == 16
    assert "Invented Camera Works" in sign.reason


def test_a_heic_with_a_record(maker, credentials):
    (sign,) = signs_of(signed(maker, ("created", AI), data=heic_with(), media_type="image/heic"), credentials)
    assert (sign.kind, sign.strength) == ("c2pa_trusted_ai", "strong")


@pytest.mark.parametrize(
    "pairs",
    [
        (("created", EDITED),),
        (("created", CAPTURE), ("edited", AI)),
        (("created", CAPTURE), ("edited", "compositeSynthetic")),
    ],
)
def test_a_trusted_record_of_an_ai_edit_goes_to_a_person(pairs, maker, credentials):
    (sign,) = signs_of(signed(maker, *pairs), credentials)
    assert (sign.kind, sign.strength, sign.message) == ("c2pa_trusted_ai", "moderate", "c2pa.trusted_edited")
    assert outcome(sign) == "human_review"


@pytest.mark.parametrize(
    ("pairs", "part"), [((("created", AI),), "generated"), ((("created", CAPTURE), ("edited", EDITED)), "edited")]
)
def test_an_unknown_signer_never_decides(pairs, part, stranger, credentials):
    (sign,) = signs_of(signed(stranger, *pairs), credentials)
    assert (sign.kind, sign.strength, sign.message) == ("c2pa_untrusted_ai", "moderate", f"c2pa.untrusted_{part}")
    assert (sign.facts["state"], outcome(sign)) == ("Valid", "human_review")


def test_without_trust_anchors_nobody_is_trusted(maker):
    nobody = ContentCredentials()
    (sign,) = signs_of(signed(maker, ("created", AI)), nobody)
    assert sign.kind == "c2pa_untrusted_ai"
    assert signs_of(signed(maker, ("created", CAPTURE)), nobody) == []


def test_ai_in_what_the_picture_was_made_from_is_said_apart(maker, stranger, credentials):
    for first, kind, message in (
        (maker, "c2pa_trusted_ai", "c2pa.trusted_ingredient"),
        (stranger, "c2pa_untrusted_ai", "c2pa.untrusted_ingredient"),
    ):
        data = signed(maker, ("cropped", None), parent=signed(first, ("created", AI)))
        (sign,) = signs_of(data, credentials)
        assert (sign.kind, sign.strength, sign.message) == (kind, "moderate", message)


def test_a_camera_original_speaks_for_the_buyer(maker, stranger, credentials):
    (sign,) = signs_of(signed(maker, ("created", CAPTURE)), credentials)
    assert (sign.kind, sign.strength, outcome(sign)) == ("c2pa_camera", "supports_buyer", "no_sign")
    assert signs_of(signed(stranger, ("created", CAPTURE)), credentials) == []
    (sign,) = signs_of(signed(maker, ("created", CAPTURE), ("edited", EDITED)), credentials)
    assert sign.kind == "c2pa_trusted_ai"


@pytest.mark.parametrize("source", [AI, CAPTURE])
def test_a_changed_picture_is_broken_and_not_called_ai(source, maker, credentials):
    data = bytearray(signed(maker, ("created", source)))
    data[-20] ^= 1
    (sign,) = signs_of(bytes(data), credentials)
    assert (sign.kind, sign.strength, sign.message) == ("c2pa_tampered", "moderate", "c2pa.tampered_picture")
    assert sign.facts["failed"] == "assertion.dataHash.mismatch"
    assert sign.facts["declares"] == source.lower()
    assert "不说明图片由 AI 生成" in sign.reason
    assert outcome(sign) == "human_review"


def test_a_changed_record_is_told_from_a_changed_picture(maker, credentials):
    data = signed(maker, ("created", CAPTURE))
    (sign,) = signs_of(data.replace(CAPTURE.encode(), b"digitalCapturf"), credentials)
    assert (sign.kind, sign.message) == ("c2pa_tampered", "c2pa.tampered_record")
    assert sign.facts["failed"] == "assertion.hashedURI.mismatch"
    (sign,) = signs_of(data.replace(b"Invented Maker", b"Invented Baker"), credentials)
    assert (sign.kind, sign.message) == ("c2pa_tampered", "c2pa.tampered_claim")


def test_a_record_moved_to_another_picture_is_broken(maker, credentials):
    record = signed(maker, ("created", AI))
    start = record.index(b"\xff\xeb")
    length = 2 + int.from_bytes(record[start + 2 : start + 4], "big")
    other = encoded("JPEG", image(64, (10, 90, 160)))
    (sign,) = signs_of(other[:20] + record[start : start + length] + other[20:], credentials)
    assert sign.kind == "c2pa_tampered"


def test_saved_again_there_is_no_record_and_no_sign(maker, credentials):
    again = BytesIO()
    Image.open(BytesIO(signed(maker, ("created", AI)))).save(again, "JPEG", quality=80)
    assert signs_of(again.getvalue(), credentials) == []


@pytest.mark.parametrize("pairs", [(("created", "digitalCreation"),), (("created", "algorithmicMedia"),)])
def test_a_record_without_ai_gives_no_sign(pairs, maker, stranger, credentials):
    assert signs_of(signed(maker, *pairs), credentials) == []
    assert signs_of(signed(stranger, *pairs), credentials) == []


def test_hostile_records_neither_raise_nor_hang(maker, credentials):
    sound = signed(maker, ("created", AI))
    box_at = sound.index(b"\xff\xeb")
    began = time.monotonic()
    for seed in range(40):
        generator = random.Random(seed)
        data = bytearray(sound)
        for _ in range(generator.randint(1, 12)):
            data[generator.randrange(box_at, len(data))] = generator.randrange(256)
        for sign in credentials.signs(examine("hostile", bytes(data), Limits())):
            assert sign.kind != "c2pa_trusted_ai"
    for nested in (b"jumb" * 16_000, b"\x00\x00\x00\x00jumb" * 8_000, b"\xff" * 60_000):
        box_start = b"JP\x00\x01\x00\x00\x00\x01\x00\x00\xff\xffjumb\x00\x00\x00\x1fjumdc2pa"
        attack = sound[:2] + segment(0xEB, box_start + nested[:60_000]) * 20 + sound[2:]
        credentials.signs(examine("hostile", attack, Limits()))
    assert time.monotonic() - began < 30
    (sign,) = signs_of(sound, credentials)
    assert sign.kind == "c2pa_trusted_ai"


def children():
    """Ids of this process's children."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(number) for task in tasks for number in task.read_text(encoding="ascii").split()}


def test_a_process_that_died_is_replaced_and_the_file_read_all_the_same(maker, anchors):
    before, reader = children(), C2paReader(anchors)
    data = signed(maker, ("created", AI))
    first = reader.read(data, "image/jpeg")
    (process,) = children() - before
    os.kill(process, signal.SIGKILL)
    assert reader.read(data, "image/jpeg") == first
    reader.close()
    assert children() == before


def test_a_file_over_its_time_gives_no_record_and_the_next_one_does(maker, anchors, monkeypatch):
    before, reader = children(), C2paReader(anchors)
    data = signed(maker, ("created", AI))
    assert reader.read(data, "image/jpeg") is not None
    (process,) = children() - before
    os.kill(process, signal.SIGSTOP)  # as a file would that never comes to an end
    monkeypatch.setattr(c2pa_reader, "SECONDS", 0.2)
    assert reader.read(data, "image/jpeg") is None
    monkeypatch.undo()
    assert reader.read(data, "image/jpeg") is not None
    reader.close()


def test_threads_share_a_reader(maker, anchors):
    reader = C2paReader(anchors)
    pictures = [signed(maker, ("created", source)) for source in (AI, CAPTURE)]
    found = {}

    def read(number):
        found[number] = reader.read(pictures[number % 2], "image/jpeg")

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reader.close()
    assert [found[number].own[0].source for number in range(8)] == [AI.lower(), CAPTURE.lower()] * 4


@pytest.mark.parametrize(
    "content", ["nonsense", "", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", None]
)
def test_a_trust_list_without_certificates_is_refused(content, tmp_path):
    path = tmp_path / "anchors.pem"
    if content is not None:
        path.write_text(content, encoding="ascii")
    with pytest.raises(ConfigError, match=r"anchors\.pem.*no list of certificates"):
        ContentCredentials(path)


def test_the_classifier_takes_the_trust_list_from_its_settings(maker, anchors, tmp_path, monkeypatch):
    (tmp_path / "made.jpg").write_bytes(signed(maker, ("created", AI)))
    (tmp_path / "evidence.yaml").write_text(f"c2pa: {{trust_anchors: {anchors.name}}}", encoding="utf-8")
    monkeypatch.chdir(anchors.parent)
    classifier = EvidenceClassifier.from_config(tmp_path / "evidence.yaml", images=tmp_path)
    verdict = classifier.judge({"case_id": "A", "images": ["made.jpg"]})
    assert verdict.outcome == "strong_sign"


def test_ordinary_files_never_start_the_process(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nonexistent")
    plain = ContentCredentials()
    for data in (encoded("JPEG"), encoded("PNG"), heic_with()):
        assert plain.signs(examine("plain", data, Limits())) == []
