import { NativeSelect } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { LEVELS } from '#shared/domain/incident.ts'

interface Levels {
  readonly impact: string
  readonly urgency: string
}

/** Impact and urgency, from which the priority follows. */
export function LevelFields(props: { readonly of: Levels; onChange(change: Partial<Levels>): void }) {
  const { t } = useTranslation()
  return (['impact', 'urgency'] as const).map((name) => (
    <NativeSelect
      key={name}
      label={t(`incident.${name}`)}
      value={props.of[name]}
      onChange={(event) => props.onChange({ [name]: event.currentTarget.value })}
      data={LEVELS.map((level) => ({ value: level, label: t(`level.${level}`) }))}
    />
  ))
}
