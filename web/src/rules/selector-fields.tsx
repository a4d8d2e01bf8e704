import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { sitesQuery } from '../api/queries.ts'
import { listOf, listText, valueAt, withValue } from '../ui/draft.ts'
import page from '../ui/page.module.css'
import { TypedInput } from '../ui/typed-input.tsx'
import type { RuleForm } from './rule-field-input.tsx'

const LISTS = ['customers', 'sites', 'devices', 'profiles', 'classes', 'resources', 'notResources'] as const
const EXAMPLES: Readonly<Partial<Record<(typeof LISTS)[number], string>>> = {
  devices: 'hq.core-*',
  profiles: 'cisco-*',
  classes: 'switch, temperature',
  resources: 'if:Gi*',
}
const TAGS_EXAMPLE = 'role=core, rack=*'
const TEXTS = {
  write: listText,
  read: (text: string) => {
    const list = listOf(text).map(String)
    return list.length === 0 ? undefined : list
  },
}
const TAGS = {
  write: (value: unknown) =>
    Object.entries((value ?? {}) as Record<string, string>)
      .map(([name, one]) => `${name}=${one}`)
      .join(', '),
  read: (text: string) => {
    const pairs = text.split(',').flatMap((part) => {
      const [name = '', ...rest] = part.split('=')
      return name.trim() === '' ? [] : [[name.trim(), rest.join('=').trim() || '*'] as const]
    })
    return pairs.length === 0 ? undefined : Object.fromEntries(pairs)
  },
}

/** What of the equipment is meant; all that is given must fit. */
export function SelectorFields({ form, under }: { form: RuleForm; under: string }) {
  const { t } = useTranslation()
  const sites = useQuery(sitesQuery).data?.items ?? []
  const id = useId()
  const known = {
    sites: sites.map((site) => ({ id: site.id, name: site.name })),
    customers: [
      ...new Map(sites.map((site) => [site.customer, { id: site.customer, name: site.customerName }])).values(),
    ],
  }
  const set = (path: string, value: unknown) => form.change(withValue(form.draft, `${under}.${path}`, value))
  return (
    <div className={page.pair}>
      {LISTS.map((key) => (
        <div key={key}>
          <TypedInput
            mono
            label={t(`selector.${key}`)}
            disabled={form.isFixed}
            placeholder={EXAMPLES[key]}
            list={key === 'sites' || key === 'customers' ? `${id}-${key}` : undefined}
            value={valueAt(form.draft, `${under}.${key}`)}
            error={form.problemOf(`${under}.${key}`)}
            {...TEXTS}
            onChange={(value) => set(key, value)}
          />
          {key === 'sites' || key === 'customers' ? (
            <datalist id={`${id}-${key}`}>
              {known[key].map((one) => (
                <option key={one.id} value={one.id} label={one.name} />
              ))}
            </datalist>
          ) : null}
        </div>
      ))}
      <TypedInput
        mono
        label={t('selector.tags')}
        disabled={form.isFixed}
        placeholder={TAGS_EXAMPLE}
        value={valueAt(form.draft, `${under}.tags`)}
        error={form.problemOf(`${under}.tags`)}
        {...TAGS}
        onChange={(value) => set('tags', value)}
      />
    </div>
  )
}
