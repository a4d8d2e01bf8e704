// Words for what devices, agents and rules name: metrics, alarm types, states, reasons. A name newer than this console
// is shown as it is.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

export interface Words {
  metric(name: string): string
  alarmType(name: string): string
  /** Label of a measured state, e.g. `lower-layer-down`. */
  state(label: string): string
  diagnostic(name: string): string
  /** `reason`, `reason:lane`, `lane:reason+reason`, `listener:reason`, `command:reason`: as agents count them. */
  dropReason(name: string): string
}

export function useWords(): Words {
  const { t } = useTranslation()
  return useMemo(() => {
    /** A name that is only the beginning of known ones has no word of its own either. */
    const or = (word: unknown, name: string) => (typeof word === 'string' ? word : name)
    return {
      metric: (name) => or(t(`metric.${name}`, { defaultValue: name, returnObjects: true }), name),
      alarmType: (name) => or(t(`alarmType.${name}`, { defaultValue: name, returnObjects: true }), name),
      state: (label) => or(t(`stateLabel.${label}`, { defaultValue: label, returnObjects: true }), label),
      diagnostic: (name) => or(t(`diagnostic.${name}`, { defaultValue: name, returnObjects: true }), name),
      dropReason: (name) =>
        name
          .split(/[:+]/)
          .map((part) => t(`dropPlace.${part}`, { defaultValue: t(`dropReason.${part}`, { defaultValue: part }) }))
          .join(' · '),
    }
  }, [t])
}
