import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { sitesQuery } from '../api/queries.ts'
import page from '../ui/page.module.css'
import { BELOW } from '../ui/typed-input.tsx'
import css from './maintenance.module.css'
import { SCOPES, type Scope, type WindowForm } from './window-form.ts'

export interface ScopeFieldsProps {
  readonly form: Pick<WindowForm, 'scope' | 'tags'>
  /** Only what is filled in. */
  readonly short: boolean
  readonly error: string | undefined
  set(change: Partial<WindowForm>): void
}

/** What the window is about. All that is given must fit. */
export function ScopeFields({ form, short, error, set }: ScopeFieldsProps) {
  const { t } = useTranslation()
  const sites = useQuery(sitesQuery).data?.items ?? []
  const list = useId()
  const choices: Partial<Record<Scope, readonly { id: string; name: string }[]>> = {
    sites,
    customers: [...new Map(sites.map((s) => [s.customer, { id: s.customer, name: s.customerName }])).values()],
  }
  const shown = SCOPES.filter((scope) => !short || form.scope[scope] !== '')
  return (
    <fieldset className={page.fieldset}>
      <legend>{t('maintenance.about')}</legend>
      <div className={page.pair}>
        {shown.map((scope) => (
          <div key={scope}>
            <TextInput
              label={t(`windowScope.${scope}`)}
              inputWrapperOrder={BELOW}
              description={short ? undefined : t(`windowScopeHint.${scope}`)}
              list={choices[scope] ? `${list}-${scope}` : undefined}
              value={form.scope[scope]}
              classNames={{ input: 'mono' }}
              onChange={(event) => set({ scope: { ...form.scope, [scope]: event.currentTarget.value } })}
            />
            <datalist id={`${list}-${scope}`}>
              {choices[scope]?.map((one) => (
                <option key={one.id} value={one.id} label={one.name} />
              ))}
            </datalist>
          </div>
        ))}
        {short ? null : (
          <TextInput
            label={t('windowScope.tags')}
            inputWrapperOrder={BELOW}
            description={t('windowScopeHint.tags', { example: 'role=core' })}
            value={form.tags}
            classNames={{ input: 'mono' }}
            onChange={(event) => set({ tags: event.currentTarget.value })}
          />
        )}
      </div>
      {error === undefined ? null : (
        <p className={`${page.problem} ${css.noMargin}`} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  )
}
