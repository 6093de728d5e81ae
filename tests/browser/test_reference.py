"""The API page, made by the server in the same design as every other page."""


def test_each_operation_of_the_description_stands_on_the_page(page):
    page.goto("/docs")
    described = page.evaluate("async () => (await (await fetch('/openapi.json')).json()).paths")

    for path, methods in described.items():
        for method in methods:
            assert page.locator(".operation-path", has_text=f"{method.upper()} {path}").count() >= 1


def test_the_examples_answer(page):
    page.goto("/docs")
    examples = page.locator(".operation-path a").evaluate_all("links => links.map(link => link.href)")

    assert len(examples) >= 8
    for address in examples:
        assert page.request.get(address).status == 200, address


def test_the_page_fits_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/docs")
    page.locator(".operation summary").first.click()

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
