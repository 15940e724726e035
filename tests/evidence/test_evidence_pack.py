"""Evidence packs: originals unchanged, everything checkable, nothing private in a preview."""

import base64
import json
import random
import re
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO

import pytest
from evidence_makers import encoded, image, jpeg_with, label_element, xmp_segment
from PIL import Image

from review_mining.errors import InputError
from review_mining.evidence import EvidenceClassifier, PackMaker, pack_name, verify_pack
from review_mining.evidence.__main__ import main
from review_mining.evidence.origin import origin_of

JUDGED_AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SKIN = (224, 172, 140)
HOSTILE = "../../etc/<b>passwd\x00\u202e"


def with_place(picture):
    exif = Image.Exif()
    exif[0x010F] = "Yanshan"
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 10.0, 0.0)})
    return encoded("JPEG", picture, exif=exif)


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "label.jpg").write_bytes(jpeg_with(xmp_segment(label_element()), picture=image(96, (20, 60, 200))))
    (folder / "place.jpg").write_bytes(with_place(image(300, SKIN)))
    (folder / "broken.jpg").write_bytes(encoded("JPEG")[:200])
    return folder


@pytest.fixture(scope="module")
def parts():
    made = EvidenceClassifier.from_config()
    return made.config, made.reader


@pytest.fixture
def judge(images, parts):
    return EvidenceClassifier(*parts, images=images)


@pytest.fixture
def verdict(judge):
    case = {
        "case_id": "C1",
        "statement": "杯子裂了，电话13912345678",
        "images": ["label.jpg", "place.jpg", "broken.jpg", "gone.jpg"],
        "order": {"order_id": "9002610280000000636", "requested_at": "2026-10-31 14:52:27"},
        "buyer": {"buyer_id": "buyer-77"},
    }
    return judge.judge(case)


@pytest.fixture
def maker(judge, images):
    return PackMaker(judge.config, origin_of(judge.config, judge.reader.method, JUDGED_AT), images)


def contents(pack):
    with zipfile.ZipFile(pack) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(pack, changes):
    """The pack with some files replaced, added, or left out (None)."""
    files = contents(pack) | changes
    with zipfile.ZipFile(pack, "w") as archive:
        for name, data in files.items():
            if data is not None:
                archive.writestr(name, data)
    return pack


def test_originals_are_in_it_unchanged_and_everything_is_hashed(maker, verdict, images, tmp_path):
    files = contents(maker.write(verdict, tmp_path))
    manifest = json.loads(files["manifest.json"])
    stored = {entry["file"]: entry["stored_as"] for entry in manifest["pictures"]}
    for name in ("label.jpg", "place.jpg", "broken.jpg"):
        assert files[stored[name]] == (images / name).read_bytes()
    assert stored["gone.jpg"] is None
    for entry in manifest["pictures"][:3]:
        assert sha256(files[entry["stored_as"]]).hexdigest() == entry["sha256"]
    assert manifest["case"]["pictures"][0]["signs"][0]["kind"] == "tc260_label"
    assert manifest["origin"]["judged_at"] == "2026-11-20T08:00:00+00:00"
    assert manifest["order"]["requested_at"] == "2026-10-31T14:52:27"
    text = json.dumps(manifest, ensure_ascii=False) + files["facts.txt"].decode()
    assert "13912345678" not in text
    assert "buyer-77" not in text


def test_a_preview_holds_no_metadata_and_no_skin(maker, verdict, tmp_path):
    page = maker.write(verdict, tmp_path).with_suffix(".html").read_text(encoding="utf-8")
    previews = [base64.b64decode(found) for found in re.findall(r"base64,([^\"]+)", page)]
    assert len(previews) == 2
    for drawn in previews:
        assert b"Exif" not in drawn
        assert b"http://ns.adobe.com" not in drawn
    assert "default-src 'none'" in page
    assert not re.search(r"<script|https?://|src=\"(?!data:)", page)
    assert "13912345678" not in page


def test_a_face_is_a_mosaic_and_the_rest_stays_sharp():
    from review_mining.evidence.previews import veiled

    picture = Image.new("RGB", (480, 480), (30, 70, 190))
    face = Image.effect_noise((160, 200), 60).convert("L")
    skin = Image.merge("RGB", [face.point(lambda v, c=colour: min(255, c - 30 + v // 4)) for colour in SKIN])
    picture.paste(skin, (60, 80))
    for x in range(300, 470, 4):
        picture.paste((240, 240, 250), (x, 300, x + 2, 470))
    shown = veiled(picture)
    inside, outside = shown.crop((80, 100, 200, 260)), shown.crop((300, 300, 470, 470))
    assert len(set(inside.get_flattened_data())) < 40
    assert list(outside.get_flattened_data()) == list(picture.crop((300, 300, 470, 470)).get_flattened_data())


def test_a_picture_without_colour_is_veiled_whole():
    from review_mining.evidence.previews import veiled

    grey = Image.effect_noise((300, 200), 80).convert("RGB")
    assert len(set(veiled(grey).get_flattened_data())) <= 14 * 14


def test_originals_can_be_left_out(judge, images, verdict, tmp_path):
    origin = origin_of(judge.config, judge.reader.method, JUDGED_AT)
    pack = PackMaker(judge.config, origin, images, originals=False).write(verdict, tmp_path)
    assert contents(pack).keys() == {"manifest.json", "facts.txt"}
    assert verify_pack(pack) == []


def test_a_file_that_was_changed_since_is_not_passed_off_as_the_one_judged(maker, verdict, images, tmp_path):
    (images / "label.jpg").write_bytes(encoded("JPEG"))
    files = contents(maker.write(verdict, tmp_path))
    entry = json.loads(files["manifest.json"])["pictures"][0]
    assert (entry["stored_as"], entry["changed_since"]) == (None, True)


def test_the_same_verdict_gives_the_same_bytes(maker, verdict, tmp_path):
    packs = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        packs.append(maker.write(verdict, tmp_path / name))
    assert packs[0].read_bytes() == packs[1].read_bytes()
    assert packs[0].with_suffix(".html").read_bytes() == packs[1].with_suffix(".html").read_bytes()


def test_only_grave_cases_get_one_and_all_are_listed(judge, maker, tmp_path):
    cases = [("A", "label.jpg"), ("B", "place.jpg"), ("C", "broken.jpg")]
    verdicts = [judge.judge({"case_id": name, "images": [picture]}) for name, picture in cases]
    packs = maker.write_all(verdicts, tmp_path / "packs")
    assert [pack.name for pack in packs] == ["case_A.zip"]
    sums = (tmp_path / "packs" / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert [line.split()[1] for line in sums] == ["case_A.html", "case_A.zip"]
    assert sums[1].split()[0] == sha256(packs[0].read_bytes()).hexdigest()


def test_any_case_id_makes_a_safe_name():
    draw = random.Random(0)
    for _ in range(2000):
        case_id = "".join(chr(draw.choice((draw.randrange(128), draw.randrange(0x110000)))) for _ in range(1, 40))
        assert re.fullmatch(r"case_[0-9A-Za-z_-]{1,64}", pack_name(case_id))


def test_like_ids_make_different_names():
    ids = ["a/b", "a\\b", "A-B", "a-b", "a b", "A-b", "é", "e", "..", ".", "/", "CON", "con", "x" * 255, "x" * 254]
    assert len({pack_name(case_id).lower() for case_id in ids}) == len(ids)
    assert pack_name("C06") == "case_C06"


def test_hostile_words_stay_words(judge, maker, tmp_path):
    case = {"case_id": HOSTILE, "statement": "<script>alert(1)</script>", "images": ["label.jpg"]}
    (tmp_path / "packs").mkdir()
    pack = maker.write(judge.judge(case), tmp_path / "packs")
    assert pack.parent == tmp_path / "packs"
    assert verify_pack(pack) == []
    page = pack.with_suffix(".html").read_text(encoding="utf-8")
    assert not re.search("<script|<b>", page)


def test_a_sound_pack_is_found_sound(maker, verdict, tmp_path, capsys):
    pack = maker.write(verdict, tmp_path)
    assert verify_pack(pack) == []
    assert main(["--verify-pack", str(pack)]) == 0
    assert "as its manifest says" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"facts.txt": b"other"}, "facts.txt: SHA-256 is"),
        ({"pictures/01": b"x"}, "is not listed"),
        ({"facts.txt": None}, "facts.txt: is missing"),
    ],
)
def test_a_changed_pack_is_found_out(maker, verdict, tmp_path, changes, words, capsys):
    pack = rewritten(maker.write(verdict, tmp_path), changes)
    assert any(words in difference for difference in verify_pack(pack))
    assert main(["--verify-pack", str(pack)]) == 3
    assert words in capsys.readouterr().err


def test_a_changed_picture_is_found_out(maker, verdict, tmp_path):
    pack = maker.write(verdict, tmp_path)
    name = json.loads(contents(pack)["manifest.json"])["pictures"][0]["stored_as"]
    rewritten(pack, {name: contents(pack)[name] + b"x"})
    (difference,) = verify_pack(pack)
    assert difference.startswith(name)


def bomb():
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b" " * (17 << 20))
    return out.getvalue()


def archive_of(manifest):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("manifest.json", manifest)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a zip",
        bomb(),
        archive_of("{}"),
        archive_of("[" * 100_000),
        archive_of('{"schema": "review_mining.evidence_pack/1", "pictures": [1]}'),
        archive_of('{"schema": "review_mining.evidence_pack/1", "pictures": 1}'),
        archive_of("\udcff".encode("utf-8", "surrogatepass")),
    ],
)
def test_what_is_no_pack_is_refused(tmp_path, data):
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    with pytest.raises(InputError):
        verify_pack(path)
    assert main(["--verify-pack", str(path)]) == 2


def test_the_command_writes_packs(images, tmp_path):
    out = tmp_path / "out"
    assert main(["--images", str(images), "--packs", "--no-originals", "-o", str(out), "--quiet"]) == 0
    (pack,) = (out / "packs").glob("*.zip")
    assert pack.name.startswith("case_label-jpg-")
    assert contents(pack).keys() == {"manifest.json", "facts.txt"}
