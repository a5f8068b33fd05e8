"""Kept: backups of an installation, taken while it runs and brought back into an empty place.

keeper.Keeper(var, target, database, rulebook, limits).backup()      one round
service.Service(keeper, told).run()                                  all the time, under `onefold up`
restoring.restore(Wanted(repository, keys), place, check=...)        back, or to a moment
verifying.verify(repository, keys)                                   every byte of it
drill.drill(...)                                                     restored elsewhere and compared
state.status(var, limits)                                            ages and alarms
"""
