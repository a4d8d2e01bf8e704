// Channels without routes, for the judgement of tests: everybody hears everything, at once.
import type { NotificationSettings } from '#collector/notify/policy/policy.ts'
import { CARRIED_BY_DEFAULT } from '#shared/domain/notification.ts'

/** Settings of a policy with these channels; `more` replaces parts. */
export function plainChannels(ids: readonly string[], more: Partial<NotificationSettings> = {}): NotificationSettings {
  return {
    channels: () => ids.map((id) => ({ id, enabled: true, on: CARRIED_BY_DEFAULT })),
    routes: () => [],
    storm: () => ({ messages: 1000, within: 600_000 }),
    ...more,
  }
}
