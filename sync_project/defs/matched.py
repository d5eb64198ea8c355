"""Assets of matching that Python fills; the rest is ``.sql``."""

import dagster as dg

from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import filled_asset, table_spec
from sync_project.matching.corrections.overrides import KeyPolicy, OverridesFile, fill_overrides
from sync_project.matching.duplicate_log import log_duplicates
from sync_project.matching.readings.companies import fill_company_names
from sync_project.matching.readings.email_addresses import fill_email_addresses
from sync_project.matching.readings.websites import fill_websites
from sync_project.matching.record_links import link_records


def matched_assets() -> list[dg.AssetsDefinition]:
    """Texts of the org read by rule, once per distinct text; a person's corrections; what runs keep."""
    return [
        filled_asset(
            [
                table_spec(
                    "matched.website", deps=["staged.account", "staged.lead", "staged.engagement_event"]
                )
            ],
            fill=lambda connection, surroundings: fill_websites(
                connection,
                keep_subdomain=surroundings.settings.matching.keep_subdomain,
                own_domains=surroundings.own_domains,
            ),
        ),
        filled_asset(
            [
                table_spec(
                    "matched.email_address",
                    deps=[
                        "staged.contact",
                        "staged.lead",
                        "staged.former_email",
                        "staged.engagement_event",
                    ],
                )
            ],
            fill=lambda connection, surroundings: fill_email_addresses(
                connection, own_domains=surroundings.own_domains
            ),
        ),
        filled_asset(
            [
                table_spec(
                    "matched.company_name",
                    deps=["staged.account", "staged.lead", "staged.engagement_event"],
                )
            ],
            fill=lambda connection, _: fill_company_names(connection),
        ),
        filled_asset(
            [table_spec("matched.override", deps=["matched.record_redirect"], kinds=["file"])],
            fill=lambda connection, surroundings: fill_overrides(
                connection, overrides_file(surroundings).read()
            ),
        ),
        filled_asset(
            [
                table_spec(
                    "matched.record_link",
                    deps=[
                        "matched.override",
                        "matched.person",
                        "matched.person_order",
                        "matched.record_redirect",
                    ],
                )
            ],
            fill=lambda connection, surroundings: link_records(connection, now=surroundings.clock()),
        ),
        filled_asset(
            [
                table_spec(
                    "matched.duplicate_log",
                    deps=["matched.person", "matched.duplicate", "matched.account_duplicate"],
                )
            ],
            fill=lambda connection, surroundings: log_duplicates(connection, now=surroundings.clock()),
        ),
    ]


def overrides_file(surroundings: Surroundings) -> OverridesFile:
    """The file of the settings, or the home's."""
    matching = surroundings.settings.matching
    return OverridesFile(
        path=matching.overrides_file or surroundings.home.overrides,
        is_needed=matching.overrides_file is not None,
        policy=KeyPolicy(own_domains=surroundings.own_domains, keep_subdomain=matching.keep_subdomain),
    )
