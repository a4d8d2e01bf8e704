// Words for what the audit log names: actions, and what they were about.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { fullTime } from '../ui/format.ts'

/** Those to choose from, by what they are about; others are shown and searched by their names. */
export const KNOWN_ACTIONS = [
  ...(['sign-in', 'sign-out', 'sign-in-failed', 'sign-ins-failed', 'end-sessions'] as const),
  ...(['create-user', 'update-user', 'change-preferences', 'create-token', 'revoke-token'] as const),
  ...(['alarm.acknowledge', 'alarm.unacknowledge', 'alarm.shelve', 'alarm.unshelve', 'alarm.close'] as const),
  ...(['incident.note', 'incident.assigned', 'incident.state', 'incident.regroup', 'diagnostic.request'] as const),
  ...(['rule.save', 'rule.delete', 'rule.override', 'rule.back-test', 'rules.replace'] as const),
  ...([
    'maintenance.add',
    'maintenance.change',
    'maintenance.delete',
    'maintenance.end',
    'maintenance.extend',
  ] as const),
  ...(['inhibition.save', 'inhibition.delete', 'channel.save', 'channel.delete', 'test-channel'] as const),
  ...(['route.save', 'route.delete', 'create-enrolment-token', 'revoke-enrolment-token', 'ask-enrolment'] as const),
  ...(['grant-enrolment', 'reject-enrolment', 'renew-certificate', 'revoke-agent', 'release-agent'] as const),
  ...([
    'quarantine-agent',
    'site-config.device.save',
    'site-config.device.delete',
    'site-config.device.import',
  ] as const),
  ...(['site-config.credentials.save', 'site-config.credentials.delete', 'site-config.settings.save'] as const),
  ...(['site-config.profile.save', 'site-config.profile.delete', 'site-config.push'] as const),
  ...(['discovery.sweep.start', 'discovery.sweep.stop', 'discovery.accept', 'discovery.ignore'] as const),
  ...(['link.draw', 'link.erase', 'make-kiosk', 'revoke-kiosk', 'open-kiosk', 'device.test'] as const),
  ...(['alarm.clear', 'alarm-view.save', 'alarm-view.delete'] as const),
]

export interface AuditWords {
  action(name: string): string
  /** `user:ann` is `user ann`. */
  kind(name: string): string
  /** What a value of a detail is; deeper ones keep their path. */
  value(path: string): string
  /** The value itself as people read it: roles, reasons, times, yes and no. */
  text(path: string, value: string): string
  /** Both in a line. */
  pair(path: string, text: string): string
}

export function useAuditWords(): AuditWords {
  const { t } = useTranslation()
  return useMemo(() => {
    const wordFor = (path: string) => (path.includes('.') ? path : t(`auditValue.${path}`, { defaultValue: path }))
    return {
      action(name) {
        // a dot parts keys of words
        const word = name.replaceAll('.', '-')
        return t(`auditAction.${word}`, { defaultValue: name })
      },
      kind: (name) => t(`auditKind.${name}`, { defaultValue: name }),
      value: wordFor,
      text(path, value) {
        if (TIMES.has(path) && /^\d{12,14}$/.test(value)) return fullTime(Number(value))
        if (path === 'role') return t(`role.${value}`, { defaultValue: value })
        if (path === 'language') return t(`language.name.${value}`, { defaultValue: value })
        if (path === 'reason') return t(`signInFailed.${value}`, { defaultValue: value })
        return PLAIN.has(value) && (value !== 'changed' || path === 'password') ? t(`auditPlain.${value}`) : value
      },
      pair: (path, text) => t('audit.pair', { name: wordFor(path), value: text }),
    }
  }, [t])
}

/** Details that hold a moment, ms. */
const TIMES: ReadonlySet<string> = new Set(['expiresAt', 'until', 'notAfter', 'from', 'to', 'at'])
const PLAIN: ReadonlySet<string> = new Set(['true', 'false', 'changed'])

/** `user:ann` in its parts; what has no kind is all name. */
export function subjectOf(subject: string): { readonly kind: string | undefined; readonly name: string } {
  const at = subject.indexOf(':')
  return at <= 0 ? { kind: undefined, name: subject } : { kind: subject.slice(0, at), name: subject.slice(at + 1) }
}
