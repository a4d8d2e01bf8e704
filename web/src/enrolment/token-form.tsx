// Which site the agent is for, and how the token that brings it in may be used. The choices live in the address.
import { Button, Checkbox, Input, NativeSelect, NumberInput, SegmentedControl, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, lazy, Suspense, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EnrolmentTokenDraft, MadeEnrolmentToken } from '#shared/http/enrolment.ts'
import type { SiteRow } from '#shared/http/inventory.ts'
import { send } from '../api/client.ts'
import { sitesQuery } from '../api/queries.ts'
import { Icon } from '../ui/icons.tsx'
import { Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { type AddAgentSearch, VALID_MINUTES } from './add-agent-search.ts'
import css from './enrolment.module.css'

const SiteForm = lazy(async () => ({ default: (await import('../sites/site-form.tsx')).SiteForm }))

export interface TokenFormProps {
  readonly search: AddAgentSearch
  onChange(change: Partial<AddAgentSearch>): void
  onMade(token: MadeEnrolmentToken): void
}

export function TokenForm({ search, onChange, onMade }: TokenFormProps) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const sites = useQuery(sitesQuery)
  const validity = useId()
  const [note, setNote] = useState('')
  const [newSite, setNewSite] = useState(false)
  const make = useMutation({
    mutationFn: (draft: EnrolmentTokenDraft) => send<MadeEnrolmentToken>('POST', '/enrolment-tokens', draft),
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ['enrolment-tokens'] })
      onMade(made)
    },
  })
  const problems = problemsOf(make.error, ['site', 'validMinutes', 'uses', 'note'])
  if (sites.data === undefined)
    return sites.isError ? (
      <Failed failure={sites.error} retry={() => void sites.refetch()} />
    ) : (
      <SkeletonRows count={6} />
    )

  const known = sites.data.items
  const site = known.some((one) => one.id === search.site) ? search.site : known[0]?.id
  const minutes = search.minutes ?? 60
  const uses = search.uses ?? 1

  function submit(event: FormEvent) {
    event.preventDefault()
    if (site === undefined) return setNewSite(true)
    make.mutate({ site, validMinutes: minutes, uses, preApproved: search.pre === true, note: note.trim() })
  }

  return (
    <Panel>
      <form onSubmit={submit} className={page.body}>
        <div className={css.choice}>
          {site === undefined ? (
            <p className={page.hint}>{t('join.noSites')}</p>
          ) : (
            <NativeSelect
              label={t('join.site')}
              description={t('join.siteHint')}
              value={site}
              error={problems.of('site')}
              onChange={(event) => onChange({ site: event.currentTarget.value })}
              data={byCustomer(known)}
            />
          )}
          <div>
            <Button variant="default" leftSection={<Icon name="plus" size={13} />} onClick={() => setNewSite(true)}>
              {t('site.new')}
            </Button>
          </div>
        </div>
        <div className={css.choice}>
          <Input.Label size="xs" labelElement="div" id={validity}>
            {t('join.valid')}
          </Input.Label>
          <div>
            <SegmentedControl
              size="xs"
              aria-labelledby={validity}
              value={String(minutes)}
              onChange={(value) => onChange({ minutes: Number(value) })}
              data={VALID_MINUTES.map((value) => ({ value: String(value), label: t(`join.minutes.${value}`) }))}
            />
          </div>
        </div>
        <div className={page.pair}>
          <NumberInput
            label={t('join.uses')}
            description={t('join.usesHint')}
            size="xs"
            min={1}
            max={100}
            allowDecimal={false}
            clampBehavior="strict"
            hideControls
            value={uses}
            error={problems.of('uses')}
            onChange={(value) => onChange({ uses: Number(value) || 1 })}
          />
          <TextInput
            label={t('join.note')}
            description={t('join.noteHint')}
            maxLength={200}
            value={note}
            error={problems.of('note')}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
        </div>
        <Checkbox
          size="xs"
          label={t('join.preApprove')}
          description={t('join.preApproveHint')}
          checked={search.pre === true}
          onChange={(event) => onChange({ pre: event.currentTarget.checked || undefined })}
        />
        <FormProblem failure={make.error} problems={problems} />
        <div className={page.buttons}>
          <Button type="submit" loading={make.isPending}>
            {t('join.makeToken')}
          </Button>
        </div>
      </form>
      {newSite ? (
        <Suspense>
          <SiteForm
            onClose={() => setNewSite(false)}
            onDone={(made) => {
              setNewSite(false)
              onChange({ site: made })
            }}
          />
        </Suspense>
      ) : null}
    </Panel>
  )
}

function byCustomer(sites: readonly SiteRow[]) {
  const groups = new Map<string, { value: string; label: string }[]>()
  for (const site of sites)
    groups.set(site.customerName, [...(groups.get(site.customerName) ?? []), { value: site.id, label: site.name }])
  return [...groups].map(([group, items]) => ({ group, items }))
}
