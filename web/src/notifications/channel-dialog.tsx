import { Checkbox, NativeSelect, PasswordInput, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChannelKind, ChannelRow } from '#shared/http/notifications.ts'
import { send } from '../api/client.ts'
import { Conflict } from '../ui/conflict.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { type Draft, listOf, listText, valueAt, withValue, wordKey } from '../ui/draft.ts'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { useSay } from '../ui/say.ts'
import { BELOW, NUMBER, TEXT, TypedInput } from '../ui/typed-input.tsx'
import { useConflict } from '../ui/use-conflict.ts'
import { YamlInput } from '../ui/yaml-input.tsx'
import { CarriedChoice } from './carried-choice.tsx'
import {
  CHANNEL_KINDS,
  type ChannelField,
  channelToSend,
  fieldsOf,
  furtherOf,
  missingOf,
  newChannel,
  withFurther,
} from './channel-form.ts'
import { channelPath, channelsQuery } from './notification-queries.ts'

const LIST = { write: listText, read: (text: string) => listOf(text).map(String) }

export function ChannelDialog({ row, onClose }: { row: ChannelRow | undefined; onClose(): void }) {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const say = useSay()
  const queries = useQueryClient()
  const [settings, setSettings] = useState<Draft>(
    () => row?.settings ?? newChannel('email', i18n.language === 'zh-CN' ? 'zh-CN' : 'en'),
  )
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({})
  const [gone, setGone] = useState<readonly string[]>([])
  const [pressed, setPressed] = useState(false)
  const { fields, secrets } = fieldsOf(settings)
  const missing = missingOf(settings, typed, row?.secrets ?? [])
  const conflict = useConflict(row, async () => {
    const { items } = await queries.fetchQuery({ ...channelsQuery, staleTime: 0 })
    return items.find((one) => one.id === row?.id)
  })
  const save = useMutation({
    mutationFn: ({ settings, from }: { settings: Draft; from: ChannelRow | undefined }) => {
      const body = channelToSend(from, settings, typed, gone)
      return row === undefined ? send('POST', '/channels', body) : send('PUT', channelPath(row.id), body)
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['channels'] })
      say.done(t('channels.saved', { name: String(settings.id) }))
      onClose()
    },
    onError: conflict.meet,
  })
  const known = [...fields, ...secrets].map((one) => one.path)
  const own = ['id', 'kind', 'language', 'on', 'template', ...known]
  const problems = problemsOf(
    save.error,
    own.flatMap((path) => [`settings.${path}`, `secrets.${path}`]),
    said,
  )
  const problemAt = (path: string) =>
    pressed && missing.includes(path)
      ? t(path === 'id' ? 'ruleWrong.id' : 'ruleWrong.needed')
      : (problems.of(`settings.${path}`) ?? problems.of(`secrets.${path}`))
  const set = (path: string, value: unknown) => setSettings((old) => withValue(old, path, value))

  function submit(event: FormEvent) {
    event.preventDefault()
    setPressed(true)
    if (missing.length === 0) save.mutate({ settings, from: conflict.from })
  }

  /** What the form calls a value, for a choice between two of them. */
  function nameOf(path: string): string {
    if (known.includes(path)) return t(`channelField.${wordKey(path)}`, { defaultValue: path })
    const word = OWN_WORDS[path]
    return word === undefined ? path : t(`channels.${word}`)
  }

  function field(one: ChannelField) {
    const name = wordKey(one.path)
    const label = t(`channelField.${name}`)
    const value = valueAt(settings, one.path)
    if (one.kind === 'flag')
      return (
        <Checkbox
          key={one.path}
          size="xs"
          label={label}
          checked={value === true}
          onChange={(event) => set(one.path, event.currentTarget.checked ? true : undefined)}
        />
      )
    const how = one.kind === 'list' ? LIST : one.kind === 'number' ? NUMBER : TEXT
    return (
      <TypedInput
        key={one.path}
        label={label}
        required={one.needed === true}
        placeholder={one.example}
        value={value}
        error={problemAt(one.path)}
        {...how}
        onChange={(next) => set(one.path, next)}
      />
    )
  }

  return (
    <Dialog onClose={onClose} title={row ? t('channels.change', { name: row.id }) : t('channels.new')} size="lg">
      <form className={page.form} onSubmit={submit} noValidate data-channel-form>
        <div className={page.pair}>
          <TextInput
            label={t('site.id')}
            required
            disabled={row !== undefined}
            classNames={{ input: 'mono' }}
            value={String(settings.id ?? '')}
            error={problemAt('id')}
            onChange={(event) => setSettings((old) => ({ ...old, id: event.currentTarget.value }))}
          />
          <NativeSelect
            label={t('channels.kind')}
            disabled={row !== undefined}
            value={String(settings.kind)}
            onChange={(event) => {
              const kind = event.currentTarget.value as ChannelKind
              setSettings((old) => ({ ...newChannel(kind, 'en'), id: old.id, language: old.language }))
              setTyped({})
            }}
            data={CHANNEL_KINDS.map((value) => ({ value, label: t(`channelKind.${value}`) }))}
          />
          <NativeSelect
            label={t('channels.language')}
            value={String(settings.language ?? 'en')}
            onChange={(event) => set('language', event.currentTarget.value)}
            data={(['en', 'zh-CN'] as const).map((value) => ({ value, label: t(`language.name.${value}`) }))}
          />
        </div>
        <div className={page.pair}>{fields.filter((one) => one.kind !== 'flag').map(field)}</div>
        <div className={page.pair}>
          {secrets.map(({ path, needed }) => {
            const isSet = row?.secrets.includes(path) === true && !gone.includes(path)
            const name = wordKey(path)
            return (
              <div key={path}>
                <PasswordInput
                  size="xs"
                  label={t(`channelSecret.${name}`)}
                  inputWrapperOrder={BELOW}
                  description={t(isSet ? 'channels.secretSet' : 'channels.secretHint')}
                  placeholder={isSet ? t('channels.secretStays') : ''}
                  required={needed && !isSet}
                  autoComplete="new-password"
                  value={typed[path] ?? ''}
                  error={problemAt(path)}
                  onChange={(event) => {
                    const secret = event.currentTarget.value
                    setTyped((old) => ({ ...old, [path]: secret }))
                  }}
                />
                {isSet && !needed ? (
                  <Checkbox
                    mt={6}
                    size="xs"
                    label={t('channels.secretGone')}
                    checked={gone.includes(path)}
                    onChange={() => setGone((old) => [...old, path])}
                  />
                ) : null}
              </div>
            )
          })}
        </div>
        {fields.filter((one) => one.kind === 'flag').map(field)}
        <CarriedChoice value={settings.on} label={t('channels.carries')} onChange={(on) => set('on', on)} />
        <details>
          <summary>{t('channels.more')}</summary>
          <div className={page.form} style={{ marginTop: 10 }}>
            <p className={page.hint}>{t('channels.templateHint', { example: '{{ incident.number }}' })}</p>
            <TextInput
              label={t('channels.subject')}
              classNames={{ input: 'mono' }}
              value={String(valueAt(settings, 'template.subject') ?? '')}
              error={problems.of('settings.template')}
              onChange={(event) => set('template.subject', event.currentTarget.value)}
            />
            <Textarea
              label={t('channels.text')}
              autosize
              minRows={3}
              maxRows={16}
              classNames={{ input: 'mono' }}
              value={String(valueAt(settings, 'template.text') ?? '')}
              onChange={(event) => set('template.text', event.currentTarget.value)}
            />
            <YamlInput
              label={t('channels.further')}
              value={furtherOf(settings)}
              onChange={(value) => setSettings((old) => withFurther(old, (value ?? {}) as Draft))}
            />
          </div>
        </details>
        <Checkbox
          size="xs"
          label={t('channels.enabled')}
          checked={settings.enabled !== false}
          onChange={(event) => set('enabled', event.currentTarget.checked)}
        />
        {conflict.theirs === undefined ? <FormProblem failure={save.error} problems={problems} /> : null}
        <DialogButtons label={t('action.save')} busy={save.isPending} onClose={onClose} />
      </form>
      {conflict.theirs?.settings == null ? null : (
        <Conflict
          base={conflict.from?.settings ?? {}}
          theirs={conflict.theirs.settings}
          mine={settings}
          at={conflict.theirs.updatedAt}
          by={conflict.theirs.updatedBy}
          nameOf={nameOf}
          busy={save.isPending}
          failure={save.error}
          onClose={conflict.back}
          onTake={() => {
            setSettings(conflict.theirs?.settings ?? settings)
            if (conflict.theirs) conflict.begin(conflict.theirs)
            save.reset()
          }}
          onSave={(next) => {
            const from = conflict.theirs
            setSettings(next)
            if (from) conflict.begin(from)
            save.mutate({ settings: next, from })
          }}
        />
      )}
    </Dialog>
  )
}

const OWN_WORDS: Readonly<Record<string, string>> = {
  ...{ language: 'language', on: 'carries', enabled: 'enabled', kind: 'kind' },
  ...{ 'template.subject': 'subject', 'template.text': 'text' },
}
