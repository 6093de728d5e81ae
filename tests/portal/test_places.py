"""Places by name, over HTTP."""


def test_places_are_answered_and_kept(seeded_client):
    answer = seeded_client.get("/api/places", params={"q": "ger", "limit": 2})

    assert answer.json()["places"][0]["name"] == "Germany"
    assert len(answer.json()["places"]) <= 2
    again = seeded_client.get(
        "/api/places", params={"q": "ger", "limit": 2}, headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_words_are_bounded(seeded_client):
    assert seeded_client.get("/api/places").status_code == 400
    assert seeded_client.get("/api/places", params={"q": "x" * 101}).status_code == 400
    assert seeded_client.get("/api/places", params={"q": "a", "limit": 21}).status_code == 400
