// What is set for sound and desktop notifications; each takes effect at once.
import { Button, Checkbox, Group, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { clock } from '../api/clock.ts'
import { Dialog } from '../ui/dialog.tsx'
import { SeverityMark } from '../ui/marks.tsx'
import page from '../ui/page.module.css'
import { Time, useNow } from '../ui/time.tsx'
import css from './bell-dialog.module.css'
import { type BellSettings, HEARD, type HeardSeverity } from './bell-settings.ts'
import type { Tones } from './tones.ts'

const MUTE_MS = 15 * 60_000

export function BellDialog(props: {
  settings: BellSettings
  tones: Tones
  onChange(settings: BellSettings): void
  onClose(): void
}) {
  const { t } = useTranslation()
  const { settings, tones, onChange, onClose } = props
  const set = (change: Partial<BellSettings>) => onChange({ ...settings, ...change })
  const now = useNow()
  const isMuted = settings.mutedUntil > now
  async function test(severity: HeardSeverity) {
    await tones.unlock()
    tones.play(severity, settings.volume)
  }
  const heard = (severity: HeardSeverity, on: boolean) =>
    set({ heard: HEARD.filter((one) => (one === severity ? on : settings.heard.includes(one))) })
  return (
    <Dialog title={t('bell.title')} onClose={onClose}>
      <div className={page.form}>
        <Group justify="space-between">
          <Checkbox
            label={t('bell.sound')}
            checked={settings.sound}
            onChange={(event) => {
              if (event.currentTarget.checked) void tones.unlock()
              set({ sound: event.currentTarget.checked })
            }}
            data-autofocus
          />
          {isMuted ? (
            <Button variant="default" onClick={() => set({ mutedUntil: 0 })}>
              {t('bell.unmute')}
            </Button>
          ) : (
            <Button
              variant="default"
              disabled={!settings.sound}
              onClick={() => set({ mutedUntil: clock.now() + MUTE_MS })}
            >
              {t('bell.mute')}
            </Button>
          )}
        </Group>
        {isMuted ? (
          <p className={page.notice}>
            {t('bell.mutedUntil')} <Time at={settings.mutedUntil} />
          </p>
        ) : null}
        <label className={css.volume}>
          {t('bell.volume')}
          <input
            type="range"
            min={0}
            max={100}
            step={5}
            value={Math.round(settings.volume * 100)}
            onChange={(event) => set({ volume: Number(event.currentTarget.value) / 100 })}
          />
          <span className="num">{Math.round(settings.volume * 100)} %</span>
        </label>
        <fieldset className={css.heard}>
          <legend>{t('bell.heard')}</legend>
          {HEARD.map((severity) => (
            <Group key={severity} justify="space-between" mt={6}>
              <Checkbox
                label={<SeverityMark severity={severity} />}
                checked={settings.heard.includes(severity)}
                onChange={(event) => heard(severity, event.currentTarget.checked)}
              />
              <Button
                size="compact-sm"
                variant="default"
                aria-label={t('bell.testOf', { severity: t(`severity.${severity}`) })}
                onClick={() => void test(severity)}
              >
                {t('bell.test')}
              </Button>
            </Group>
          ))}
        </fieldset>
        <Checkbox
          label={t('bell.repeat')}
          checked={settings.repeat}
          onChange={(event) => set({ repeat: event.currentTarget.checked })}
        />
        <QuietHours {...{ settings, set }} />
        <DesktopChoice {...{ settings, set }} />
        <p className={page.hint}>{t('bell.device')}</p>
      </div>
    </Dialog>
  )
}

interface PartProps {
  readonly settings: BellSettings
  set(change: Partial<BellSettings>): void
}

function QuietHours({ settings: { quiet }, set }: PartProps) {
  const { t } = useTranslation()
  return (
    <div>
      <Checkbox
        label={t('bell.quiet')}
        checked={quiet !== null}
        onChange={(event) => set({ quiet: event.currentTarget.checked ? { from: '22:00', to: '07:00' } : null })}
      />
      {quiet === null ? null : (
        <Group mt={8} gap="xs">
          <TextInput
            type="time"
            aria-label={t('bell.from')}
            value={quiet.from}
            onChange={(event) => set({ quiet: { ...quiet, from: event.currentTarget.value } })}
          />
          –
          <TextInput
            type="time"
            aria-label={t('bell.to')}
            value={quiet.to}
            onChange={(event) => set({ quiet: { ...quiet, to: event.currentTarget.value } })}
          />
        </Group>
      )}
    </div>
  )
}

/** The browser asks for leave when it is first chosen. */
function DesktopChoice({ settings, set }: PartProps) {
  const { t } = useTranslation()
  const can = 'Notification' in globalThis
  const [refused, setRefused] = useState(can && Notification.permission === 'denied')
  async function choose(value: string) {
    const desktop = HEARD.find((severity) => severity === value) ?? null
    if (desktop === null) return set({ desktop })
    const answer = await Notification.requestPermission()
    setRefused(answer === 'denied')
    set({ desktop: answer === 'granted' ? desktop : null })
  }
  return (
    <NativeSelect
      label={t('bell.desktop')}
      disabled={!can}
      error={refused ? t('bell.refused') : undefined}
      value={settings.desktop ?? ''}
      onChange={(event) => void choose(event.currentTarget.value)}
      data={[
        { value: '', label: t('bell.none') },
        ...HEARD.map((severity) => ({
          value: severity,
          label: t('bell.fromSeverity', { severity: t(`severity.${severity}`) }),
        })),
      ]}
    />
  )
}
