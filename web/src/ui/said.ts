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
} as const satisfies Readonly<Record<string, RegExp>>

type Sentence = keyof typeof SENTENCES

/** The sentence that is meant, with its names; undefined: not one of those known. */
export function sentenceOf(message: string): readonly [Sentence, Readonly<Record<string, string>>] | undefined {
  for (const key of Object.keys(SENTENCES) as Sentence[]) {
    const found = SENTENCES[key].exec(message)
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
