// What the address of the screen says: which part of it, and what of the delivery log is shown.
import type { NotificationRow } from '#shared/http/notifications.ts'

export const NOTIFICATION_VIEWS = ['routes', 'channels', 'log'] as const
export type NotificationView = (typeof NOTIFICATION_VIEWS)[number]

export const DELIVERY_STATES = [
  ...(['queued', 'sent', 'failed', 'suppressed'] as const),
] satisfies NotificationRow['state'][]

export interface NotificationSearch {
  readonly view?: NotificationView | undefined
  readonly state?: NotificationRow['state'] | undefined
  readonly channel?: string | undefined
  readonly alarm?: string | undefined
  readonly incident?: string | undefined
}

export function readNotificationSearch(raw: Record<string, unknown>): NotificationSearch {
  return {
    view: NOTIFICATION_VIEWS.find((view) => view === raw.view && view !== 'routes'),
    state: DELIVERY_STATES.find((state) => state === raw.state),
    channel: text(raw.channel),
    alarm: text(raw.alarm),
    incident: text(raw.incident),
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined
}
