// What collector and agents say about site configuration, in the reader's language. It comes as a sentence without a code;
// one that is not known here, or has become another, is shown as it came.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

/** By their words, which are the only thing that comes: who changes one there changes it here (said.test.ts). */
export const SENTENCES = {
  noSet: /^no credentials "(?<name>[^"]+)"$/,
  setUnusable: /^no usable credentials "(?<name>[^"]+)"$/,
  noSealingKey: /^needs credentials, and this agent has no key/,
  lostSecrets: /^the secrets of "(?<name>[^"]+)" were kept under another key/,
  lostSecret: /^`(?<name>\w+)` was kept under another key/,
  otherAgent: /^agent "(?<name>[^"]+)" is not of this site$/,
  noAgent: /^the site has no agent yet$/,
  ownDevice: /^the site's own file has a device of this id/,
  ownSetting: /^the site's own file says (so too|another)/,
  twice: /^(this id|"[^"]+") is used twice$/,
  noParent: /^no other device "(?<name>[^"]+)"$/,
  ownParent: /^a device is not its own parent$/,
  address: /^an IP address or a host name$/,
  unknownKey: /^unknown key$/,
  zone: /^not an IANA time zone$/,
  unwatchable: /^cannot be watched: (?<name>.+)$/,
  listen: /^cannot listen on (?<name>.+)$/,
  noAnswer: /^no answer of the collector within (?<n>\d+) s/,
  starts: /^the program was started several times with it/,
  notStored: /^it cannot be stored: (?<name>.+)$/,
  otherKey: /^the agent trusts the command key of another collector/,
  noKey: /^the agent has no command key of this collector/,
  tooOld: /^the program of the agent is too old/,
  tooLarge: /^it is (?<a>[\d.]+ MB)(?: compressed)?, at most (?<b>[\d.]+ MB) can be sent$/,
  community: /^v(1|2c) needs `community`$/,
  user: /^v3 needs `user`$/,
  key: /^auth(?:No)?Priv needs `(?<name>authKey|privKey)`$/,
  shortKey: /^`(?:authKey|privKey)` must have at least 8/,
  inUse: /^(?<n>\d+) devices use these credentials$/,
  inTraps: /^the settings name these credentials for traps$/,
  hasAgents: /^the site has agents \((?<name>.+)\)/,
  hasSites: /^the customer has sites/,
  siteThere: /^there is a site "(?<name>[^"]+)"$/,
  customerThere: /^there is a customer "(?<name>[^"]+)"$/,
  full: /^(?:the site has|there are) (?<n>\d+) (?:devices|credential sets|profiles|sites|customers) already$/,
  rangeName: /^"(?<name>[^"]+)" is a name: a sweep takes addresses/,
  rangeBackwards: /^"(?<name>[^"]+)" runs backwards: write (?<right>.+)$/,
  rangeNever: /^(?:"(?<name>[^"]+)" )?(?:lies in 0\.|lies above 223|is multicast: )/,
  rangePrefix: /^"(?<name>\/[^"]*)" is no prefix length/,
  rangeHolds: /^"(?<name>[^"]+)" holds (?<n>.+) addresses, a sweep asks/,
  rangeFamilies: /^"(?<name>[^"]+)" begins as IPv/,
  rangeEnds: /^"(?<name>[^"]+)" has more than two ends/,
  noAddress: /^"(?<name>[^"]+)"(?: in "[^"]+")? is no address: /,
  overlap: /^(?<a>\S+) and (?<b>\S+) overlap: (?<n>\d+)/,
  noSnmp: /^no SNMP with your /,
  noSetsTried: /^no SNMP was tried/,
  speaksSnmp: /^speaks SNMP, not with .*? \((?<why>.*)\)$/,
  serialChanged: /^serial number (?<now>.+), was (?<before>.+)$/,
  kindChanged: /^(?<now>.+ \([^)]*\)), was (?<before>.* \([^)]*\))$/,
  noIcmp: /^ICMP is not possible here/,
  deviceThere: /^the site has a device "(?<name>[^"]+)" already$/,
  isDevice: /^it is the device "(?<name>[^"]+)" already$/,
  setOfFile: /^it answers to "(?<name>[^"]+)" of the agent's own file/,
  sweepBusy: /^a sweep of this agent is under way/,
  sweepWords: /^the agent told its end in words of another version/,
  testOffline: /^the agent (?<name>\S+) is not connected now: nothing can be tested/,
  testBusy: /^(?<n>\d+) tests run at this agent/,
  testNoAgent: /^the site has no agent: add one/,
  testNoKey: /^credentials (?:"[^"]+" )?cannot be sent: this agent has no key/,
  testNotBegun: /^the agent did not begin in time$/,
  testLost: /^no result came in time$/,
  actionUnknown: /^this agent does not know the action$/,
  actionRefused: /^the site's policy does not allow this action$/,
  profileFits: /^sysObjectID (?<oid>\S+) fits (?<pattern>\S+)(?<more>.*)$/,
  profileNone: /^no profile for sysObjectID (?<oid>[^,]+)(?<more>.*)$/,
  addressUrl: /^a URL: write only the host, (?<name>.+); web addresses/,
  addressRange: /^a range: write one address; ranges/,
  addressPort: /^a port is in it: write only (?<name>.+); ports/,
  addressIpv4: /^no IPv4 address: /,
  addressIpv6: /^no IPv6 address: /,
  duration: /^write a duration like /,
  timeOfDay: /^write a time of day like (?<name>.+)$/,
  localTime: /^a local date and time like (?<name>.+)$/,
  oidNumbers: /^an OID in numbers/,
  eitherLimit: /^give either above or below$/,
  clearSide: /^clear must be on the good side/,
  atLeastSecond: /^at least one second$/,
  fixedInOverride: /^an override cannot change this$/,
  emptyOverride: /^an override without a change$/,
  ruleTwice: /^(?:rule|inhibition) id (?<name>\S+) is used twice$/,
  unreadableFile: /^cannot be read: (?<name>.+)$/,
  noVariable: /^there is no (?<name>[^;]+); there is (?<others>.+)$/,
  cycle: /^a cycle: (?<name>.+)$/,
  isThere: /^there is a (?:channel|route|rule) (?<name>\S+)$/,
  isOfFile: /^(?:channel|route) (?<name>\S+) is of the configuration file$/,
  isWritten: /^(?:rule )?(?<name>\S+) is (?:written|defined) in (?<file>.+)$/,
  placeOfFile: /^this \S+ stands in collector\.yaml/,
  routeLeads: /^route (?<name>\S+) leads to it$/,
  tooMany: /^there are too many (?:channels|routes)$/,
  noChannel: /^there is no channel (?<name>\S+)$/,
  noAddresses: /^a channel of kind \S+ has no addresses$/,
  secretLost: /^kept under another key of the collector: give it again$/,
  changedMeanwhile: /^(?:\S+ has changed it meanwhile|it has been changed meanwhile|somebody (?:else has )?changed )/,
  deletedMeanwhile: /^it has been deleted$/,
  windowOver: /^it is over already$/,
  windowNotNow: /^the window does not run now$/,
  mostDays: /^at most (?<n>\d+) days from now$/,
  endInFuture: /^the end must be in the future/,
  windowsFull: /^there are (?<n>\d+) windows; delete/,
  ownShare: /^a window of yours names /,
  sweepEnded: /^the sweep has ended already$/,
  enrolFirst: /^the site has no agent yet: enrol one first$/,
  revokedAlready: /^it is revoked already$/,
  noStore: /^nothing can be stored right now$/,
  inBacklog: /^it happened in a backlog; /,
  shelvedBy: /^(?<name>\S+) shelved it(?<more>.*)$/s,
  inShadow: /^rule (?<name>\S+) runs in shadow$/,
  storm: /^storm: more than (?<n>\d+) messages within (?<min>\d+) min; /,
  tableLarge: /^more than (?<n>\d+) rows$/,
  overlap2: /^occurrences overlap: /,
  isOver: /^it is over$/,
  atOnce: /^it begins at once$/,
} as const satisfies Readonly<Record<string, RegExp>>

/** What the run-time and the schema library say; those who take in a newer one see here what has become another. */
export const OF_LIBRARIES = {
  connectRefused: /^connect ECONNREFUSED (?<name>\S+)$/,
  connectTimeout: /^(?:connect|read) ETIMEDOUT ?(?<name>.*)$/,
  connectNowhere: /^connect (?:EHOSTUNREACH|ENETUNREACH) (?<name>\S+)/,
  connectReset: /^(?:(?:read|write|connect) )?ECONNRESET/,
  nameUnknown: /^getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (?<name>\S+)$/,
  zodMissing: /^Invalid input: expected \w+, received undefined$/,
  zodKind: /^Invalid input: expected (?<name>\w+), received (?<other>\w+)$/,
  zodEmpty: /^Too small: expected (?:string to have >=1 characters|array to have >=1 items)$/,
  zodShort: /^Too small: expected string to have >=(?<n>\d+) characters$/,
  zodLong: /^Too big: expected string to have <=(?<n>\d+) characters$/,
  zodLow: /^Too small: expected (?:number|int) to be >=?(?<n>\S+)$/,
  zodHigh: /^Too big: expected (?:number|int) to be <=?(?<n>\S+)$/,
  zodMany: /^Too big: expected array to have <=(?<n>\d+) items$/,
  zodOption: /^Invalid option: expected one of (?<name>.+)$/,
  zodKey: /^Unrecognized keys?: (?<name>.+)$/,
  zodUrl: /^Invalid URL$/,
  zodEmail: /^Invalid email address$/,
} as const satisfies Readonly<Record<string, RegExp>>

const ALL = { ...SENTENCES, ...OF_LIBRARIES }

type Sentence = keyof typeof ALL

/** The sentence that is meant, with its names; undefined: not one of those known. */
export function sentenceOf(message: string): readonly [Sentence, Readonly<Record<string, string>>] | undefined {
  for (const key of Object.keys(ALL) as Sentence[]) {
    const found = ALL[key].exec(message)
    if (found) return [key, { ...found.groups }]
  }
  return undefined
}

export function useSaid(): (message: string) => string {
  const { t } = useTranslation()
  return useMemo(
    () => (message) => {
      const [key, names] = sentenceOf(message) ?? []
      return key === undefined ? message : t(`said.${key}`, { ...names })
    },
    [t],
  )
}
