// One turn of judgement with what follows from it: hellos heard, results of commands and of sweeps taken.
import type { DeviceTestDesk } from './device-test-desk.ts'
import type { Diagnostics } from './diagnostics/diagnostics.ts'
import type { DiscoveryDesk } from './discovery-desk.ts'
import type { EnrolmentDesk } from './enrolment-desk.ts'
import type { Judgement } from './evaluation.ts'
import type { Evaluation } from './ingest/evaluation.ts'
import type { SiteDesk } from './site-desk.ts'
import type { ChangeSet } from './storage/change-set.ts'

export function wholeEvaluation(deps: {
  readonly judgement: Judgement
  readonly identities: Pick<EnrolmentDesk, 'watched'>
  readonly diagnostics: Diagnostics
  readonly discovery: DiscoveryDesk
  readonly deviceTests: DeviceTestDesk
  readonly siteDesk: SiteDesk
  /** Command key each agent said it trusts; kept up here. */
  readonly trustedKeys: Map<string, string>
}): Evaluation<ChangeSet> {
  const { judgement, identities, diagnostics, discovery, deviceTests, siteDesk, trustedKeys } = deps
  return {
    evaluate(group) {
      for (const p of group.presence) {
        if (p.kind === 'gone') continue
        trustedKeys.set(p.agent, p.hello.commandKey)
        siteDesk.heard(p.hello)
      }
      const changes = judgement.evaluate(identities.watched(group))
      deviceTests.follow(group.results, changes)
      diagnostics.complete(changes, group.now)
      discovery.follow(group.results, changes, group.now)
      return changes
    },
    tick(at, mono) {
      const changes = judgement.tick(at, mono)
      diagnostics.complete(changes, at)
      discovery.follow([], changes, at)
      return changes
    },
    async reload() {
      await judgement.reload()
      await diagnostics.reload()
    },
  }
}
