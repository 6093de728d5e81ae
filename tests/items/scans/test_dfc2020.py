"""DFC2020: two branches, fine and coarse labels."""


def test_dfc2020_takes_fine_labels_before_coarse_ones_and_the_branch_for_the_split(
    write_raster, scanned, tmp_path
):
    for branch, folder, number in (("validation", "validation", 3), ("test", "0", 4)):
        at = tmp_path / f"ROIs0000_{branch}"
        for kind, bands, value in (("s1", 2, 1), ("s2", 13, 1), ("lc", 4, 12), ("dfc", 1, 10)):
            name = f"ROIs0000_{branch}_{kind}_0_p{number}.tif"
            write_raster(at / f"{kind}_{folder}" / name, bands, values=value)

    items, faults = scanned("dfc2020", tmp_path)

    assert not faults
    assert [item["properties"]["split"] for item in items.values()] == ["validate", "test"]
    assert [item["properties"]["eod:class"] for item in items.values()] == ["water", "water"]
    assert set(items["ROIs0000_test_0_p4"]["assets"]) == {"s1", "s2", "lc", "dfc"}
    assert "eod:time" in items["ROIs0000_test_0_p4"]["properties"]
