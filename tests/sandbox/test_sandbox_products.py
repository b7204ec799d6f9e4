"""Products V5, read: lists, filters, pages, single articles, what sellers change elsewhere (facts/otto.md §6, §8.1)."""

from urllib.parse import quote

import pytest
import requests

from sandbox.otto.catalogue import gs1_check_digit

BASE = "/v5/products"
LISTS = {
    "": "productVariations",
    "/prices": "variationPrices",
    "/active-status": "status",
    "/marketplace-status": "marketPlaceStatus",
    "/content-changes": "contentChanges",
}
EACH_LIST = pytest.mark.parametrize(("path", "key"), LISTS.items())


@pytest.fixture
def otto(otto):
    otto.sign_in("products availability shipping-profiles")
    return otto


@pytest.fixture
def read(otto):
    """A function that returns all records of a list."""

    def ask(path="", query=""):
        return [row for page in otto.pages(f"{BASE}{path}?{query}") for row in page[LISTS[path]]]

    return ask


def told(moment):
    return quote(moment.isoformat())


# Lists


@EACH_LIST
def test_pages_from_0_with_links(otto, sandbox, path, key):
    sandbox.reset(articles=230)
    otto.sign_in("products")
    pages = list(otto.pages(f"{BASE}{path}"))
    assert [len(page[key]) for page in pages] == [100, 100, 30]
    assert [[link["rel"] for link in page["links"]] for page in pages] == [
        ["self", "next"],
        ["self", "prev", "next"],
        ["self", "prev"],
    ]
    assert all(link["href"].startswith(f"{BASE}{path}?") for page in pages for link in page["links"])
    assert [row["sku"] for page in pages for row in page[key]] == [a["sku"] for a in sandbox.state()["articles"]]
    assert otto.call("GET", f"{BASE}{path}?page=2&limit=50").json()[key] == pages[1][key][:50]
    assert otto.call("GET", f"{BASE}{path}?page=3").json()[key] == []


@EACH_LIST
@pytest.mark.parametrize("query", ["page=-1", "page=x", "limit=0", "limit=1001", "limit="])
def test_pages_that_do_not_exist(otto, path, key, query):
    answer = otto.call("GET", f"{BASE}{path}?{query}")
    assert (answer.status_code, answer.content) == (400, b"")


@pytest.mark.parametrize(("path", "most"), [("", 100), ("/prices", 100), ("/marketplace-status", 1000)])
def test_how_long_a_page_may_be(otto, path, most):
    assert otto.call("GET", f"{BASE}{path}?limit={most}").ok
    assert otto.call("GET", f"{BASE}{path}?limit={most + 1}").status_code == 400


@EACH_LIST
def test_only_some_articles(read, path, key):
    skus = [row["sku"] for row in read(path)]
    odd = next(sku for sku in skus if "/" in sku)
    assert [row["sku"] for row in read(path, f"sku={quote(odd, safe='')}&sku={skus[0]}")] == [skus[0], odd]
    assert [row["sku"] for row in read(path, f"sku={skus[2]},{skus[4]},NOPE")] == [skus[2], skus[4]]
    assert read(path, "sku=NOPE") == []
    assert read(path, "category=Tee") != read(path, "category=Kalender") != []


def test_filters_by_what_products_say(read):
    products = read()
    for name, value in (("category", "Tee"), ("brandId", "CMWBBRW2"), ("productReference", "BW-0")):
        described = [{**p, **p["productDescription"]} for p in products]
        expected = [p["sku"] for p in described if p[name] == value]
        assert 0 < len(expected) < len(products)
        assert [p["sku"] for p in read("", f"{name}={value}")] == expected


@EACH_LIST
@pytest.mark.parametrize(("scope", "status"), [("orders availability", 403), (None, 401)])
def test_refusals_have_no_body(otto, path, key, scope, status):
    if scope:
        otto.sign_in(scope)
    else:
        otto.session.headers["Authorization"] = "Bearer x"
    answer = otto.call("GET", f"{BASE}{path}")
    assert (answer.status_code, answer.content) == (status, b"")


def test_brands_have_pages_of_their_own_length(otto):
    pages = list(otto.pages(f"{BASE}/brands?limit=1000"))
    assert [len(page["brands"]) for page in pages] == [1000, 3]
    assert [[link["rel"] for link in page["links"]] for page in pages] == [["self", "next"], ["self", "prev"]]
    assert otto.call("GET", f"{BASE}/brands?limit=1001").status_code == 400
    used = {p["productDescription"]["brandId"] for p in otto.call("GET", BASE).json()["productVariations"]}
    assert used == {brand["id"] for brand in pages[1]["brands"]}


# What an assortment holds


def test_the_assortment_shows_what_a_seller_meets(otto, read, sandbox):
    sandbox.reset(articles=100)
    otto.sign_in("products")
    products, statuses = read(), read("/marketplace-status")
    families = {}
    for product in products:
        families.setdefault(product["productReference"], []).append(product)
    several = [rows for rows in families.values() if len(rows) > 1]
    assert several
    for rows in several:
        common = [{k: row["productDescription"][k] for k in ("category", "brandId", "productLine")} for row in rows]
        assert all(row == common[0] for row in common)
        marks = [tuple((a["name"], *a["values"]) for a in row["productDescription"]["attributes"]) for row in rows]
        assert len(set(marks)) == len(rows)
    names = {a["name"] for p in products for a in p["productDescription"]["attributes"]}
    assert names == {"Farbe", "Größe"}
    eans = [product["ean"] for product in products]
    assert len(set(eans)) == len(eans)
    assert all(int(ean[-1]) == gs1_check_digit(ean[:-1]) and len(ean) == 13 and ean[0] != "2" for ean in eans)
    assert {product["pricing"]["vat"] for product in products} == {"FULL", "REDUCED", "FREE"}
    sales = [product["pricing"] for product in products if "sale" in product["pricing"]]
    assert sales
    assert all(p["sale"]["salePrice"]["amount"] < p["standardPrice"]["amount"] for p in sales)
    assert {row["status"] for row in statuses} == {"PENDING", "ONLINE", "RESTRICTED", "REJECTED", "INACTIVE"}
    assert all(bool(row["errors"]) == (row["status"] in ("RESTRICTED", "REJECTED")) for row in statuses)
    shops = {row["status"] for row in statuses if any(link["rel"] == "shop" for link in row["links"])}
    assert shops == {"ONLINE", "RESTRICTED"}
    inactive = {row["sku"] for row in read("/active-status") if not row["active"]}
    assert inactive == {row["sku"] for row in statuses if row["status"] == "INACTIVE"}


def test_the_same_seed_makes_the_same_assortment(otto, read, sandbox):
    first = read()
    sandbox.reset(articles=100)
    otto.sign_in("products")
    assert [p["sku"] for p in read()[:50]] == [p["sku"] for p in first]
    sandbox.reset(seed=8)
    otto.sign_in("products")
    assert [p["ean"] for p in read()] != [p["ean"] for p in first]


def test_articles_agree_with_those_of_orders(read, sandbox):
    products = {product["sku"]: product for product in read()}
    for article in sandbox.state()["articles"]:
        product = products[article["sku"]]
        assert product["ean"] == article["ean"]
        assert product["pricing"]["standardPrice"]["amount"] == article["price"]
        assert product["productDescription"]["productLine"] in article["title"]


def test_pictures_can_be_fetched_by_anybody(read):
    odd = next(product for product in read() if "/" in product["sku"])
    for product in (odd, read()[0]):
        picture = requests.get(product["mediaAssets"][0]["location"], timeout=10)
        assert picture.headers["Content-Type"] == "image/png"
        assert picture.content.startswith(b"\x89PNG")
    assert requests.get(odd["mediaAssets"][0]["location"].replace("png", "x.png"), timeout=10).status_code == 404


# One article


def test_one_article_and_its_parts(otto, read):
    for path, key in LISTS.items():
        row = read(path)[0]
        answer = otto.call("GET", f"{BASE}/{row['sku']}{path}").json()
        assert answer == ({"contentChanges": [row], "links": []} if key == "contentChanges" else row), key


def test_a_sku_with_a_slash_or_a_point_is_not_found_by_path(otto, read):
    odd = next(row["sku"] for row in read() if "/" in row["sku"])
    for path in ("", "/prices"):
        assert otto.call("GET", f"{BASE}/{quote(odd, safe='')}{path}").status_code == 404
        answer = otto.call("GET", f"{BASE}/NOPE{path}")
        assert (answer.status_code, answer.content) == (404, b"")
    assert otto.call("GET", f"{BASE}/{read()[0]['sku']}/nothing").status_code == 404


# Statuses and changes


def test_statuses_by_name_date_and_order(read, sandbox):
    rows = read("/marketplace-status")
    chosen = read("/marketplace-status", "marketPlaceStatus=REJECTED&marketPlaceStatus=PENDING")
    assert [row["sku"] for row in chosen] == [r["sku"] for r in rows if r["status"] in ("REJECTED", "PENDING")]
    dates = sorted(row["lastModified"] for row in rows)
    assert [row["lastModified"] for row in read("/marketplace-status", "sort-order=asc")] == dates
    assert [row["lastModified"] for row in read("/marketplace-status", "sort-order=desc")] == dates[::-1]
    before = sandbox.now()
    assert read("/marketplace-status", f"fromDate={told(before)}") == []
    errors = [["700001 - MOIN_ALREADY_KNOWN", "Der Artikel ist bekannt."]]
    sandbox.change_article(rows[3]["sku"], status="REJECTED", errors=errors)
    [row] = read("/marketplace-status", f"fromDate={told(before)}")
    assert (row["sku"], row["status"]) == (rows[3]["sku"], "REJECTED")
    assert row["errors"] == [{"code": errors[0][0], "title": errors[0][1]}]
    assert read("/content-changes", f"fromDate={told(before)}") == []


@pytest.mark.parametrize(
    "query", ["marketPlaceStatus=online", "sort-order=up", "fromDate=yesterday", "fromDate=2026-05-01T00:00:00"]
)
def test_statuses_that_do_not_exist(otto, query):
    assert otto.call("GET", f"{BASE}/marketplace-status?{query}").status_code == 400


@pytest.mark.parametrize(
    "changes", [{"colour": "red"}, {"status": "ON"}, {"price": "cheap"}, {"vat": "NONE"}, {"errors": 7}]
)
def test_changes_that_make_no_sense(sandbox, changes):
    sku = next(iter(sandbox.articles()))
    with pytest.raises(requests.HTTPError):
        sandbox.change_article(sku, **changes)


def test_what_the_seller_changes_in_a_product(read, sandbox):
    sku = next(iter(sandbox.articles()))
    sandbox.change_article(sku, reference="R1", attributes=[["Farbe", "rot"], ["Material", "Holz"]], picture="broken")
    product = next(row for row in read() if row["sku"] == sku)
    assert product["productReference"] == "R1"
    assert [(a["name"], a["values"]) for a in product["productDescription"]["attributes"]] == [
        ("Farbe", ["rot"]),
        ("Material", ["Holz"]),
    ]
    picture = requests.get(product["mediaAssets"][0]["location"], timeout=10)
    assert (picture.headers["Content-Type"], picture.content[:4]) == ("image/png", b"This")
    sandbox.change_article(sku, picture="missing")
    assert requests.get(product["mediaAssets"][0]["location"], timeout=10).status_code == 404


def test_a_task_is_forgotten_some_day(otto, sandbox):
    sku = next(iter(sandbox.articles()))
    entry = {"sku": sku, "standardPrice": {"amount": 7.5, "currency": "EUR"}}
    path = otto.call("POST", f"{BASE}/prices", [entry]).json()["links"][0]["href"]
    sandbox.advance(60)
    assert otto.call("GET", path).json()["state"] == "done"
    sandbox.advance(8 * 24 * 3600)
    otto.sign_in("products")
    assert otto.call("GET", path).status_code == 404


# Faults


@EACH_LIST
def test_faults_know_these_lists(otto, sandbox, path, key):
    sandbox.fault("empty_pages", BASE, times=2)
    first = otto.call("GET", f"{BASE}{path}").json()
    assert first[key] == []
    href = first["links"][-1]["href"]
    assert otto.call("GET", href).json()["links"][-1]["href"] not in (href, f"{BASE}{path}")
    sandbox.fault("next_loop", BASE)
    looping = otto.call("GET", f"{BASE}{path}").json()
    assert looping["links"][-1] == {"rel": "next", "href": f"{BASE}{path}"}
    assert looping[key]
    sandbox.fault("unknown_fields", BASE)
    assert all("addedLater" in row for row in otto.call("GET", f"{BASE}{path}").json()[key])


def test_prices_as_text(otto, sandbox):
    sandbox.fault("numbers_as_text", BASE)
    prices = otto.call("GET", f"{BASE}/prices").json()["variationPrices"]
    assert isinstance(prices[0]["standardPrice"]["amount"], str)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_injected_refusals_have_no_body_either(otto, sandbox, status):
    sandbox.fault("status", BASE, status=status)
    answer = otto.call("GET", BASE)
    assert (answer.status_code, answer.content) == (status, b"")
