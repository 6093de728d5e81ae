from app.base.kept import OVERHEAD, Shelf


def test_what_was_not_asked_for_the_longest_is_forgotten_first():
    shelf = Shelf(most_bytes=4 * (100 + OVERHEAD))
    for key in "abcd":
        shelf.put(key, key.upper(), 100)

    shelf.get("a")
    shelf.put("e", "E", 100)

    assert [shelf.get(key) for key in "abcde"] == ["A", None, "C", "D", "E"]


def test_a_value_put_again_takes_no_more_room():
    shelf = Shelf(most_bytes=4 * (100 + OVERHEAD))
    for number in range(50):
        shelf.put("same", number, 100)
    shelf.put("other", "kept", 100)

    assert shelf.get("same") == 49
    assert shelf.get("other") == "kept"


def test_what_would_fill_the_shelf_is_not_kept():
    shelf = Shelf(most_bytes=1000)

    shelf.put("large", b"", 999)

    assert shelf.get("large") is None
