// Equipment whose agent is someone else's (net-snmp inside a UPS card or a NAS) or tells no sysObjectID: known by what it
// answers. A profile names a few scalars of its own MIB; they are asked in one question where the match says little.
import type { Profile } from './profile.ts'
import { DEFAULT_PROFILE, type ProfileMatch } from './profiles.ts'

/** What to ask after a match: scalars by the profile they stand for; empty where the match is certain. */
export function probesAfter(profiles: ReadonlyMap<string, Profile>, match: ProfileMatch): ReadonlyMap<string, Profile> {
  const probes = new Map<string, Profile>()
  const { profile } = match
  if (profile.name !== DEFAULT_PROFILE && profile.shared !== true) return probes
  for (const other of profiles.values())
    for (const oid of other.probe ?? []) if (other !== profile) probes.set(oid, other)
  return probes
}

/** The profile of the first probe that has an answer, else the match as it was. A user's profile goes first. */
export function refinedBy(
  match: ProfileMatch,
  probes: ReadonlyMap<string, Profile>,
  answered: (oid: string) => boolean,
): ProfileMatch {
  const found = [...probes].filter(([oid]) => answered(oid))
  const best = found.find(([, profile]) => profile.origin === 'user') ?? found[0]
  return best ? { profile: best[1], reason: `${match.reason}, but answers ${best[0]}` } : match
}
