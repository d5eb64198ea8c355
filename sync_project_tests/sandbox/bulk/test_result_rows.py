from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync_project.sandbox.bulk import result_rows
from sync_project.sandbox.bulk.result_rows import cut_page, write_rows


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(), rows=st.lists(st.tuples(st.text(st.characters(codec="utf-8"), max_size=5)), max_size=9)
)
def test_any_page_is_the_header_and_its_rows(tmp_path, monkeypatch, data, rows):
    monkeypatch.setattr(result_rows, "_ROWS_PER_BLOCK", 3)
    assert write_rows(tmp_path, ["Náme"], rows, delimiter="COMMA", line_ending="LF") == len(rows)
    start = data.draw(st.integers(0, len(rows)))
    count = data.draw(st.integers(0, len(rows) - start))
    page = cut_page(tmp_path, start=start, count=count)
    quoted = ['"' + text.replace('"', '""') + '"\n' for (text,) in rows[start : start + count]]
    assert b"".join(page.read()).decode() == '"Náme"\n' + "".join(quoted)
    assert page.size == len("".join(['"Náme"\n', *quoted]).encode())
