// Where to look, with which credentials and how fast: says beforehand how many addresses that is and how long it may take.
import { ActionIcon, Button, Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SweepRow } from '#shared/http/discovery.ts'
import { send } from '../api/client.ts'
import { agentsQuery } from '../api/queries.ts'
import { credentialsQuery } from '../sites/site-queries.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { duration, grouped } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import css from './discovery.module.css'
import { sweepsPath } from './discovery-queries.ts'
import { longestMs, NEW_SWEEP, reachOf, type SweepForm, suggestedRanges, sweepOf, wrongSweep } from './sweep-form.ts'

export interface SweepDialogProps {
  readonly site: string
  /** Addresses of devices that are there already. */
  readonly addresses: readonly string[]
  /** To begin with, one per line. */
  readonly ranges: string
  readonly exclude: readonly string[]
  onClose(): void
}

export function SweepDialog({ site, addresses, ranges, exclude, onClose }: SweepDialogProps) {
  const { t } = useTranslation()
  const said = useSaid()
  const queries = useQueryClient()
  const sets = useQuery(credentialsQuery(site)).data?.items.map((set) => set.name) ?? []
  const agents = useQuery(agentsQuery).data?.items.filter((agent) => agent.site === site) ?? []
  const [form, setForm] = useState<SweepForm>({ ...NEW_SWEEP, ranges, exclude: exclude.join('\n') })
  const reach = useMemo(() => reachOf(form), [form])
  const suggestions = useMemo(() => suggestedRanges(addresses), [addresses])
  const wrong = wrongSweep(form)
  const start = useMutation({
    mutationFn: () => send<SweepRow>('POST', sweepsPath(site), sweepOf(form)),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['sweeps', site] })
      onClose()
    },
  })
  const problems = problemsOf(start.error, ['ranges', 'exclude', 'credentials', 'agent'], said)
  const ready = reach.addresses > 0 && !reach.tooMany && reach.problems.length === 0 && wrong.size === 0
  const set = (change: Partial<SweepForm>) => setForm((old) => ({ ...old, ...change }))
  const rangeProblem = reach.tooMany ? t('sweep.tooMany') : reach.problems.map(said).slice(0, 3).join(' ')
  function submit(event: FormEvent) {
    event.preventDefault()
    if (ready && reach.excludeProblems.length === 0) start.mutate()
  }
  return (
    <Dialog onClose={onClose} title={t('sweep.start')} size="lg">
      <form className={page.form} onSubmit={submit} noValidate>
        <p className={page.hint}>{t('sweep.hint')}</p>
        <Textarea
          label={t('sweep.ranges')}
          description={t('sweep.rangesHint')}
          autosize
          minRows={3}
          maxRows={10}
          spellCheck={false}
          data-autofocus
          value={form.ranges}
          error={rangeProblem || problems.of('ranges')}
          onChange={(event) => set({ ranges: event.currentTarget.value })}
          classNames={{ input: 'mono' }}
        />
        {suggestions.length === 0 ? null : (
          <div className={css.chips}>
            <span className="quiet">{t('sweep.suggested')}</span>
            {suggestions.map(({ range, devices }) => (
              <Button
                key={range}
                variant="default"
                title={t('sweep.suggestedHint', { count: devices })}
                disabled={form.ranges.includes(range)}
                onClick={() => set({ ranges: [form.ranges.trim(), range].filter(Boolean).join('\n') })}
              >
                {range}
              </Button>
            ))}
          </div>
        )}
        <Reach form={form} addresses={reach.addresses} sets={form.credentials.length || sets.length} />
        {reach.notes.slice(0, 3).map((note) => (
          <p key={note} className={page.hint}>
            {said(note)}
          </p>
        ))}
        <SetOrder names={sets} chosen={form.credentials} onChange={(credentials) => set({ credentials })} />
        <details className={css.more}>
          <summary>{t('sweep.more')}</summary>
          <div className={page.form}>
            <Textarea
              label={t('sweep.exclude')}
              autosize
              minRows={1}
              maxRows={6}
              spellCheck={false}
              value={form.exclude}
              error={reach.excludeProblems.map(said).slice(0, 3).join(' ') || problems.of('exclude')}
              onChange={(event) => set({ exclude: event.currentTarget.value })}
              classNames={{ input: 'mono' }}
            />
            <div className={page.pair}>
              <TextInput
                label={t('sweep.pace')}
                description={t('sweep.paceHint')}
                inputMode="numeric"
                value={form.packetsPerSecond}
                error={wrong.has('packetsPerSecond') ? t('sweep.wrong.pace') : undefined}
                onChange={(event) => set({ packetsPerSecond: event.currentTarget.value })}
              />
              <TextInput
                label={t('sweep.timeout')}
                description={t('sweep.timeoutHint')}
                inputMode="decimal"
                value={form.timeoutSeconds}
                error={wrong.has('timeoutSeconds') ? t('sweep.wrong.timeout') : undefined}
                onChange={(event) => set({ timeoutSeconds: event.currentTarget.value })}
              />
              <TextInput
                label={t('deviceForm.port')}
                description={t('sweep.portHint')}
                inputMode="numeric"
                value={form.snmpPort}
                error={wrong.has('snmpPort') ? t('sweep.wrong.port') : undefined}
                onChange={(event) => set({ snmpPort: event.currentTarget.value })}
              />
              <TextInput
                label={t('sweep.tcpPorts')}
                description={t('sweep.tcpPortsHint')}
                value={form.tcpPorts}
                error={wrong.has('tcpPorts') ? t('sweep.wrong.tcpPorts') : undefined}
                onChange={(event) => set({ tcpPorts: event.currentTarget.value })}
              />
              {agents.length > 1 ? (
                <NativeSelect
                  label={t('sweep.agent')}
                  description={t('sweep.agentHint')}
                  value={form.agent}
                  error={problems.of('agent')}
                  onChange={(event) => set({ agent: event.currentTarget.value })}
                  data={[{ value: '', label: t('sweep.firstAgent') }, ...agents.map((agent) => agent.id)]}
                />
              ) : null}
            </div>
            <Checkbox
              size="xs"
              label={t('sweep.ping')}
              checked={form.ping}
              onChange={(event) => set({ ping: event.currentTarget.checked })}
            />
          </div>
        </details>
        <FormProblem failure={start.error} problems={problems} />
        <DialogButtons label={t('sweep.go')} busy={start.isPending} disabled={!ready} onClose={onClose} />
      </form>
    </Dialog>
  )
}

function Reach({ form, addresses, sets }: { form: SweepForm; addresses: number; sets: number }) {
  const { t } = useTranslation()
  const longest = longestMs(form, addresses, sets)
  if (addresses === 0) return null
  return (
    <p className={css.reach} role="status" data-reach={addresses}>
      <b className="num">{t('sweep.addresses', { count: addresses, shown: grouped(addresses) })}</b>
      {longest === undefined ? null : <span className="quiet">{t('sweep.longest', { time: duration(longest) })}</span>}
    </p>
  )
}

/** All sets by name unless some are chosen; then those, in the order shown, which may be changed. */
function SetOrder(props: { names: readonly string[]; chosen: readonly string[]; onChange(names: string[]): void }) {
  const { names, chosen, onChange } = props
  const { t } = useTranslation()
  const rest = names.filter((name) => !chosen.includes(name))
  const move = (name: string) => {
    const at = chosen.indexOf(name)
    const next = chosen.filter((one) => one !== name)
    next.splice(Math.max(0, at - 1), 0, name)
    onChange(next)
  }
  return (
    <fieldset className={css.sets}>
      <legend>{t('sweep.credentials')}</legend>
      <p className={page.hint}>
        {names.length === 0 ? t('sweep.noSets') : chosen.length === 0 ? t('sweep.allSets') : t('sweep.inOrder')}
      </p>
      {chosen.length === 0 ? null : (
        <ol>
          {chosen.map((name, i) => (
            <li key={name}>
              <span className="num quiet">{i + 1}</span> <b>{name}</b>
              <span className={css.spring} />
              {i > 0 ? (
                <ActionIcon aria-label={t('sweep.earlier', { name })} onClick={() => move(name)}>
                  <Icon name="up" />
                </ActionIcon>
              ) : null}
              <ActionIcon
                aria-label={t('sweep.leaveOut', { name })}
                onClick={() => onChange(chosen.filter((one) => one !== name))}
              >
                <Icon name="close" />
              </ActionIcon>
            </li>
          ))}
        </ol>
      )}
      {rest.length === 0 ? null : (
        <div className={css.chips}>
          {rest.map((name) => (
            <Button
              key={name}
              variant="default"
              leftSection={<Icon name="plus" size={12} />}
              onClick={() => onChange([...chosen, name])}
            >
              {name}
            </Button>
          ))}
        </div>
      )}
    </fieldset>
  )
}
