// Words for what devices, agents and rules name: metrics, alarm types, states, reasons. A name newer than this console
// is shown as it is.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

interface Labels {
  readonly 'zh-CN'?: string | undefined
  readonly en?: string | undefined
}

export interface Words {
  metric(name: string): string
  /** By the label its profile gives it in the reader's language, where it does. */
  series(of: { readonly metric: string; readonly labels?: Labels | undefined }): string
  alarmType(name: string): string
  /** Label of a measured state, e.g. `lower-layer-down`. */
  state(label: string): string
  /** By the title the device's profile gives it in the reader's language, where it does. */
  diagnostic(name: string, title?: Labels | undefined): string
  /** `reason`, `reason:lane`, `lane:reason+reason`, `listener:reason`, `command:reason`: as agents count them. */
  dropReason(name: string): string
}

export function useWords(): Words {
  const { t, i18n } = useTranslation()
  const { language } = i18n
  return useMemo(() => {
    /** A name that is only the beginning of known ones has no word of its own either. */
    const or = (word: unknown, name: string) => (typeof word === 'string' ? word : name)
    const metric = (name: string) => or(t(`metric.${name}`, { defaultValue: name, returnObjects: true }), name)
    return {
      metric,
      series: ({ metric: name, labels }) => (language === 'zh-CN' ? labels?.['zh-CN'] : labels?.en) || metric(name),
      alarmType: (name) => or(t(`alarmType.${name}`, { defaultValue: name, returnObjects: true }), name),
      state: (label) => or(t(`stateLabel.${label}`, { defaultValue: label, returnObjects: true }), label),
      diagnostic: (name, title) =>
        (language === 'zh-CN' ? title?.['zh-CN'] : title?.en) ||
        or(t(`diagnostic.${name}`, { defaultValue: name, returnObjects: true }), name),
      dropReason: (name) =>
        name
          .split(/[:+]/)
          .map((part) => t(`dropPlace.${part}`, { defaultValue: t(`dropReason.${part}`, { defaultValue: part }) }))
          .join(' · '),
    }
  }, [t, language])
}
