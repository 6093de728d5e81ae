"""What a TIFF claims is held against the limits and against its bytes before any library opens it."""

import struct

import pytest

from app.tiles import tiffs
from app.tiles.refusals import Refused
from tests.tiles.uploads_made import bare_tiff, claiming, geotiff, sentinel2


def code_of(content: bytes) -> str:
    with pytest.raises(Refused) as caught:
        tiffs.claims_of(content, "a.tif")
    return caught.value.code


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders_are_read(order: str) -> None:
    content = bare_tiff(claiming(4, 4), order=order) + bytes(16)

    assert tiffs.claims_of(content, "a.tif") == tiffs.Claims(columns=4, rows=4, bands=1, bytes_per_value=1)


def test_claims_are_those_of_a_real_file() -> None:
    content = geotiff(sentinel2(3, 40), tiled=True, blockxsize=16, blockysize=16, compress="deflate")

    assert tiffs.claims_of(content, "a.tif") == tiffs.Claims(columns=40, rows=40, bands=3, bytes_per_value=2)


def test_bigtiff_is_read() -> None:
    content = geotiff(sentinel2(2), BIGTIFF="YES")

    assert content[2:3] == b"+"
    assert tiffs.claims_of(content, "a.tif").bands == 2


def test_header_of_one_byte_order_with_numbers_of_another_is_refused() -> None:
    content = bare_tiff(claiming(4, 4))

    assert code_of(b"MM*\0" + content[4:]) == "byte-order"
    assert code_of(b"II\0*" + content[4:]) == "byte-order"
    # The head is right, all that follows is turned around.
    assert code_of(b"MM\0*" + content[4:] + bytes(16)) in ("truncated", "tags", "damaged")


@pytest.mark.parametrize("content", [b"", b"II", b"GIF89a", b"<VRTDataset/>", bytes(100)])
def test_other_files_are_no_tiff(content: bytes) -> None:
    assert code_of(content) == "no-tiff"


def test_every_shortened_file_is_refused() -> None:
    content = geotiff(sentinel2(1, 8))

    codes = {code_of(content[:length]) for length in range(8, len(content) - 1, 7)}

    assert codes == {"truncated"}


def test_size_of_zero_is_refused() -> None:
    assert code_of(bare_tiff(claiming(0, 4)) + bytes(16)) == "no-size"
    assert code_of(bare_tiff(claiming(4, 0)) + bytes(16)) == "no-size"
    assert code_of(bare_tiff(claiming(4, 4, {277: (3, [0])})) + bytes(16)) == "no-size"


def test_a_million_tags_are_refused_without_reading_them() -> None:
    # BigTIFF, whose count of tags has 64 bits.
    content = b"II+\0" + struct.pack("<HHQ", 8, 0, 16) + struct.pack("<Q", 10**6) + bytes(20 * 10**6)

    assert code_of(content) == "tags"


def test_most_tags_of_a_classic_file_are_refused() -> None:
    content = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 65_535) + bytes(12 * 65_535 + 4)

    assert code_of(content) == "tags"


def test_a_text_of_many_megabytes_is_refused() -> None:
    content = bare_tiff(claiming(4, 4, {42112: (4, [65] * 1_100_000)}))

    assert code_of(content) == "tags"


def test_pictures_that_follow_each_other_in_a_circle_are_refused() -> None:
    assert code_of(bare_tiff(claiming(4, 4), following=8) + bytes(16)) == "damaged"


def test_hundreds_of_pictures_are_refused() -> None:
    one = bare_tiff(claiming(4, 4))[8:]
    chain = b"".join(
        one[:-4] + struct.pack("<I", 8 + (number + 1) * len(one)) for number in range(tiffs.MOST_PICTURES + 1)
    )

    assert code_of(b"II*\0" + struct.pack("<I", 8) + chain + one) == "pictures"


def test_blocks_of_gigabytes_are_refused() -> None:
    tiled = {322: (4, [100_000]), 323: (4, [100_000]), 324: (4, [8]), 325: (4, [16])}

    assert code_of(bare_tiff(claiming(4, 4, tiled)) + bytes(16)) == "blocks"
    assert code_of(bare_tiff(claiming(4, 4, tiled | {322: (4, [0])})) + bytes(16)) == "blocks"


@pytest.mark.parametrize("method", [7, 34887, 34712, 65_000])
def test_rare_compressions_are_refused(method: int) -> None:
    assert code_of(bare_tiff(claiming(4, 4, {259: (3, [method])})) + bytes(16)) == "compression"


def test_complex_numbers_are_refused() -> None:
    assert code_of(bare_tiff(claiming(4, 4, {339: (3, [6])})) + bytes(16)) == "number-type"
    assert code_of(bare_tiff(claiming(4, 4, {258: (3, [128])})) + bytes(16)) == "number-type"


def test_blocks_behind_the_end_are_refused() -> None:
    assert code_of(bare_tiff(claiming(4, 4, {273: (4, [10**6])}))) == "truncated"


def test_more_blocks_than_any_image_has_are_refused() -> None:
    content = bare_tiff(claiming(4, 4, {273: (4, [8] * (tiffs.MOST_BLOCKS + 1))}))

    assert code_of(content) == "tags"


def test_tags_without_a_value_count_as_absent() -> None:
    # Found by fuzzing.
    content = bare_tiff(claiming(4, 4, {258: (3, []), 277: (3, []), 339: (3, [])})) + bytes(16)

    assert tiffs.claims_of(content, "a.tif").bytes_per_value == 1
