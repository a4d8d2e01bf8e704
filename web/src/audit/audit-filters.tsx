import { NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/icons.tsx'
import listBar from '../ui/list-bar.module.css'
import { TimeInput } from '../ui/time-input.tsx'
import { useTypedSearch } from '../ui/typed-search.ts'
import { usersQuery } from '../users/user-queries.ts'
import css from './audit.module.css'
import { type AuditSearch, RANGES, type Range } from './audit-search.ts'
import { KNOWN_ACTIONS, useAuditWords } from './audit-words.ts'

export function AuditFilters({ search, onChange }: { search: AuditSearch; onChange(change: AuditSearch): void }) {
  const { t } = useTranslation()
  const words = useAuditWords()
  const list = useId()
  const users = useQuery(usersQuery).data?.items ?? []
  const isOwn = search.from !== undefined || search.to !== undefined
  const [own, setOwn] = useState(isOwn)
  const actions: readonly string[] =
    search.action === undefined || (KNOWN_ACTIONS as readonly string[]).includes(search.action)
      ? KNOWN_ACTIONS
      : [...KNOWN_ACTIONS, search.action]
  return (
    <div className={`${listBar.bar} ${css.filters}`}>
      <Typed label={t('audit.who')} value={search.actor} list={list} onChange={(actor) => onChange({ actor })} />
      <datalist id={list}>
        {[...users.map((one) => one.name), 'system', 'nobody', 'command line'].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <NativeSelect
        aria-label={t('audit.what')}
        value={search.action ?? ''}
        onChange={(event) => onChange({ action: event.currentTarget.value || undefined })}
        data={[
          { value: '', label: t('audit.allActions') },
          ...actions.map((value) => ({ value, label: words.action(value) })),
        ]}
      />
      <Typed
        label={t('audit.object')}
        hint={t('audit.objectHint')}
        value={search.subject}
        onChange={(subject) => onChange({ subject })}
      />
      <NativeSelect
        aria-label={t('audit.range')}
        value={own || isOwn ? 'own' : (search.range ?? '')}
        onChange={(event) => {
          const { value } = event.currentTarget
          setOwn(value === 'own')
          const range = RANGES.find((one): one is Range => one === value)
          onChange({ range, from: undefined, to: undefined })
        }}
        data={[
          { value: '', label: t('audit.anyTime') },
          ...RANGES.map((value) => ({ value, label: t(`auditRange.${value}`) })),
          { value: 'own', label: t('auditRange.own') },
        ]}
      />
      {own || isOwn
        ? (['from', 'to'] as const).map((end) => (
            <TimeInput
              key={end}
              label={t(`audit.${end}`)}
              value={search[end]}
              onChange={(at) => onChange({ [end]: at, range: undefined })}
            />
          ))
        : null}
    </div>
  )
}

/** Searched for when the typing pauses. */
function Typed(props: {
  label: string
  hint?: string
  value: string | undefined
  list?: string
  onChange(value: string | undefined): void
}) {
  const { t } = useTranslation()
  const [typed, setTyped] = useTypedSearch(props.value, props.onChange, 350)
  return (
    <TextInput
      className={css.typed ?? ''}
      aria-label={props.label}
      placeholder={props.hint ?? props.label}
      list={props.list}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      rightSection={
        typed === '' ? null : (
          <button
            type="button"
            className={css.empty}
            aria-label={t('audit.clear', { name: props.label })}
            onClick={() => setTyped('')}
          >
            <Icon name="close" size={11} />
          </button>
        )
      }
    />
  )
}
