"""The night after sellers leave: contracts in force followed by successors, among as many contracts as said.

`bench bench_leavers [CONTRACTS]`: Harbour Group's catalogue and sellers, CONTRACTS contracts (1,000,000), three in a hundred of them of one
seller who leaves; and the next night, in which nothing is to be done.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from machine import describe

HOME = Path(__file__).resolve().parents[1]
FILL = (
    """INSERT INTO customers_customer (customer_id, household_id, kind, segment)
       SELECT md5('c' || n)::uuid, md5('h' || n)::uuid, 'PERSON', '' FROM generate_series(1, %s) n""",
    """INSERT INTO customers_sourcerecord (source_record_id, company_id, source_key, kind, recorded_at)
       SELECT md5('r' || n)::uuid, 'HLIFE', 'bench' || n, 'PERSON', now() FROM generate_series(1, %s) n""",
    """INSERT INTO customers_membership (source_record_id, customer_id, company_id, basis, recorded_at)
       SELECT md5('r' || n)::uuid, md5('c' || n)::uuid, 'HLIFE', 'BENCH', now() FROM generate_series(1, %s) n""",
    """INSERT INTO holdings_contract (contract_id, contract_no, source_record_id, company_id, series_id, product_id, channel_id, seller_code,
           status, valid_from, known_from)
       SELECT md5('k' || n)::uuid, 'B' || n, md5('r' || n)::uuid, like_this.company_id, like_this.series_id, like_this.product_id,
           like_this.channel_id, CASE WHEN n %% 100 < 3 THEN 'HL1001' ELSE 'HL1002' END, 'IN_FORCE', DATE '2020-01-01', now()
       FROM generate_series(1, %s) n,
           (SELECT * FROM holdings_contract WHERE series_id = 'HLIFE.TERM' ORDER BY contract_id LIMIT 1) like_this""",
)


def main() -> int:
    print(describe())
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    (HOME / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME / "var") as var:
        os.environ.update(ONEFOLD_VAR=var, ONEFOLD_DEMO="1")
        from onefold import embedded
        from onefold.cli import demo, place

        found = place.connections()
        try:
            assert demo.set_up(found, [HOME / "examples/harbour/data"])
            measure(found, count)
        finally:
            from django.db import connection

            connection.close()
            embedded.stop(Path(var))
    return 0


def measure(found, count: int) -> None:  # type: ignore[no-untyped-def]
    from django.db import connection

    from onefold.commands import clock
    from onefold.commands.scope import today
    from onefold.commands.viewer import Viewer
    from onefold.config.databases import connected_as
    from onefold.domains.sellers.models import Seller
    from onefold.domains.service.reassigning import follow_all

    with connected_as(found, "batch"):
        with connection.cursor() as cursor:
            for statement in FILL:
                cursor.execute(statement, [count])
            cursor.execute("ANALYZE")
        Seller.objects.filter(seller_id="HL1001").update(valid_until=today(clock.now()))
        for night in ("the night after", "the next night"):
            started = time.perf_counter()
            followed = follow_all(Viewer.system("clock"))
            print(f"{night}: {followed:,} of {count:,} contracts passed on in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    sys.exit(main())
