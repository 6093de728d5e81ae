"""The API page draws itself under the page policy, from our own files alone."""


def test_the_reference_lists_the_interface_without_breaking_the_policy(page):
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2].split(":")[0]))

    page.goto("/docs")
    page.get_by_text("/api/datasets", exact=True).first.wait_for()

    assert complaints == []
    assert hosts == {"127.0.0.1"}


def test_the_reference_leads_on_without_scripts(browser, live_server):
    context = browser.new_context(java_script_enabled=False, base_url=live_server)
    page = context.new_page()

    page.goto("/docs")

    assert page.get_by_role("link", name="openapi.json").get_attribute("href") == "/openapi.json"
    context.close()
