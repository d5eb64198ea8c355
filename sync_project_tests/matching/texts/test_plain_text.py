from sync_project.matching.texts.plain_text import clean_text


def test_invisible_characters_go_and_spaces_become_one():
    assert clean_text("\ufeffacme\u200b.com \u00a0\t\n acme.de\u00ad") == "acme.com acme.de"
