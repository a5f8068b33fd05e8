"""Every dataset that crosses the seam, in the order of the way of the data. The name is the folder, the table, the doc page.

Ids (`source_id`, `contract_id`, `customer_id`, `consent_id`, `household_id`, `lead_id`) are 32 hexadecimal characters:
keyed pseudonyms, or hashes of pseudonyms. Companies, channels, series, products and sellers are codes in capitals.
`valid_*` is when a thing was so in the world, `known_*` when this group came to know it; both half-open, empty = open.
"""

from __future__ import annotations

from onefold.seam.contracts import Dataset
from onefold.seam.datasets.allocated import (
    LIFT,
    UNLOCKS,
)
from onefold.seam.datasets.catalogue import (
    COMPANIES,
    PRODUCT_SERIES,
    PRODUCTS,
)
from onefold.seam.datasets.decided import (
    DECISIONS,
    OFFERS,
)
from onefold.seam.datasets.exported import (
    ANSWERS,
    BLOCK_WISHES,
    CONSENT_WITHDRAWALS,
    HOLDOUTS,
    LEADS,
    LINK_RULINGS,
    MODEL_STAGES,
    OPINIONS,
    OUTCOMES,
    SALES,
    SUPPRESSIONS,
)
from onefold.seam.datasets.landed import (
    AGENCY_AGREEMENTS,
    ARRIVALS,
    CAMPAIGN_MEMBERS,
    CHANNEL_PRODUCTS,
    CHANNELS,
    CIRCUMSTANCES,
    CLAIMS,
    CONSENTS,
    CONTACT_BLOCKS,
    CONTRACT_NUMBERS,
    CONTRACTS,
    DEFECT_COSTS,
    FIELD_QUALITY,
    PAST_CONTACTS,
    REJECTS,
    RELATIONS,
    SELLER_IDENTITIES,
    SELLERS,
    SOURCE_IDENTITIES,
    SOURCE_RECORDS,
)
from onefold.seam.datasets.linked import (
    ACTIVE_SPELLS,
    CUSTOMERS,
    HOLDINGS,
    HOUSEHOLD_ARMS,
    LINK_CANDIDATES,
    LINKAGE_MODELS,
    MEMBERSHIPS,
    SPELLS,
)
from onefold.seam.datasets.measured import (
    INDICATOR_VALUES,
    MOVEMENTS,
    PUBLISHED_MOVEMENTS,
    PUBLISHED_VALUES,
    SCOPED_VALUES,
)
from onefold.seam.datasets.mined import (
    CUSTOMER_FEATURES,
    MODEL_CARDS,
    MODEL_FITS,
    SCORES,
)
from onefold.seam.datasets.pictured import (
    COHORTS,
    CONTRIBUTIONS,
    FLOWS,
    FUNNEL,
    GAP_REASONS,
    WHITE_SPACE,
)

# One a line, so that two changes seldom meet.
LANDED = (
    SOURCE_RECORDS,
    CONTRACTS,
    CONSENTS,
    CONTACT_BLOCKS,
    CHANNELS,
    CHANNEL_PRODUCTS,
    AGENCY_AGREEMENTS,
    SELLERS,
    RELATIONS,
    PAST_CONTACTS,
    CAMPAIGN_MEMBERS,
    CLAIMS,
    CIRCUMSTANCES,
    ARRIVALS,
    FIELD_QUALITY,
)
SEALED = (SOURCE_IDENTITIES, CONTRACT_NUMBERS, SELLER_IDENTITIES, REJECTS)
CATALOGUE = (COMPANIES, PRODUCT_SERIES, PRODUCTS)
EXPORTED = (
    ANSWERS,
    LINK_RULINGS,
    CONSENT_WITHDRAWALS,
    BLOCK_WISHES,
    SUPPRESSIONS,
    LEADS,
    OUTCOMES,
    OPINIONS,
    SALES,
    HOLDOUTS,
    MODEL_STAGES,
)
ECHOED = (HOLDOUTS,)
"""Exports that only give back what earlier releases said: carried on like the memberships of the run before, no input of the next."""
DERIVED = (
    MEMBERSHIPS,
    LINK_CANDIDATES,
    LINKAGE_MODELS,
    CUSTOMERS,
    HOUSEHOLD_ARMS,
    HOLDINGS,
    SPELLS,
    ACTIVE_SPELLS,
    INDICATOR_VALUES,
    MOVEMENTS,
    PUBLISHED_VALUES,
    PUBLISHED_MOVEMENTS,
    SCOPED_VALUES,
    CUSTOMER_FEATURES,
    MODEL_CARDS,
    MODEL_FITS,
    SCORES,
    DECISIONS,
    OFFERS,
    UNLOCKS,
    LIFT,
    WHITE_SPACE,
    GAP_REASONS,
    FLOWS,
    COHORTS,
    CONTRIBUTIONS,
    FUNNEL,
    DEFECT_COSTS,
)

ALL: dict[str, Dataset] = {dataset.name: dataset for dataset in (*CATALOGUE, *LANDED, *SEALED, *EXPORTED, *DERIVED)}
