// The box for a note and its files. What is typed stays in this browser until it is sent.
import { ActionIcon, Button, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Attachment, MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS_PER_NOTE } from '#shared/http/incidents.ts'
import { send, sendFile } from '../api/client.ts'
import { deviceStore } from '../ui/device-store.ts'
import { Icon } from '../ui/icons.tsx'
import { useFailureWords } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { useSay } from '../ui/say.ts'
import { sentences } from '../ui/sentences.ts'
import { byteText } from './file-size.ts'
import css from './incident.module.css'
import { incidentPath } from './incident-queries.ts'
import { keepDraft, readDraft, writtenSince } from './note-draft.ts'

export function NoteForm({ incident, user }: { incident: string; user: string }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const say = useSay()
  const words = useFailureWords()
  const [text, setText] = useState(() => readDraft(deviceStore, user, incident))
  const [files, setFiles] = useState<readonly Attachment[]>([])
  const [problem, setProblem] = useState<string>()
  const [over, setOver] = useState(false)
  const choose = useRef<HTMLInputElement>(null)
  useEffect(() => keepDraft(deviceStore, user, incident, text, Date.now()), [user, incident, text])

  const add = useMutation({
    mutationFn: (sent: { readonly text: string; readonly files: readonly Attachment[] }) =>
      send('POST', `${incidentPath(incident)}/notes`, {
        text: sent.text.trim() || t('files.only', { count: sent.files.length }),
        attachments: sent.files.map(({ id }) => id),
      }),
    onSuccess: (_kept, sent) => {
      setText((now) => writtenSince(now, sent.text))
      setFiles((now) => now.filter((file) => !sent.files.includes(file)))
      return queries.invalidateQueries({ queryKey: ['incidents', incident] })
    },
    onError: say.failure,
  })
  const attach = useMutation({
    mutationFn: (file: File) =>
      sendFile<Attachment>(`${incidentPath(incident)}/attachments?name=${encodeURIComponent(file.name)}`, file),
    onSuccess: (attachment) => setFiles((old) => [...old, attachment]),
    onError: (failure) => setProblem(sentences(words(failure).cause, words(failure).action)),
  })
  const take = async (chosen: FileList | null) => {
    setProblem(undefined)
    const room = MAX_ATTACHMENTS_PER_NOTE - files.length
    for (const [n, file] of [...(chosen ?? [])].entries()) {
      if (n >= room) return setProblem(t('files.tooMany', { count: MAX_ATTACHMENTS_PER_NOTE }))
      if (file.size > MAX_ATTACHMENT_BYTES)
        return setProblem(t('files.tooLarge', { name: file.name, size: byteText(MAX_ATTACHMENT_BYTES) }))
      await attach.mutateAsync(file).catch(() => undefined)
    }
  }
  const drop = (file: Attachment) => {
    setFiles((old) => old.filter(({ id }) => id !== file.id))
    // one that stays is swept away by the collector after a day
    void send('DELETE', `${incidentPath(incident)}/attachments/${encodeURIComponent(file.id)}`).catch(() => undefined)
  }
  const nothing = text.trim() === '' && files.length === 0
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!nothing && !add.isPending && !attach.isPending) add.mutate({ text, files })
  }

  return (
    <form
      className={css.noteForm}
      data-over={over}
      onSubmit={submit}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        if (event.dataTransfer.files.length === 0) return
        event.preventDefault()
        setOver(false)
        void take(event.dataTransfer.files)
      }}
    >
      <Textarea
        aria-label={t('incident.note')}
        placeholder={t('incident.notePlaceholder')}
        autosize
        minRows={2}
        maxRows={10}
        maxLength={10_000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onPaste={(event) => {
          if (event.clipboardData.files.length === 0) return
          event.preventDefault()
          void take(event.clipboardData.files)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event)
        }}
      />
      {files.length > 0 ? (
        <ul className={css.pending}>
          {files.map((file) => (
            <li key={file.id}>
              <bdi className={css.fileName}>{file.name}</bdi>
              <span className="num quiet">{byteText(file.size)}</span>
              <ActionIcon
                variant="subtle"
                size="sm"
                aria-label={t('files.takeBack', { name: file.name })}
                onClick={() => drop(file)}
              >
                <Icon name="close" size={12} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      ) : null}
      {problem === undefined ? null : (
        <p className={page.problem} role="alert" style={{ margin: 0 }}>
          {problem}
        </p>
      )}
      <div className={css.noteButtons}>
        <input
          ref={choose}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            void take(event.currentTarget.files)
            event.currentTarget.value = ''
          }}
        />
        <Button
          variant="subtle"
          leftSection={<Icon name="plus" size={12} />}
          loading={attach.isPending}
          title={t('files.limits', { size: byteText(MAX_ATTACHMENT_BYTES) })}
          onClick={() => choose.current?.click()}
        >
          {t('files.attach')}
        </Button>
        <Button type="submit" variant="default" disabled={nothing || attach.isPending} loading={add.isPending}>
          {t('incident.addNote')}
        </Button>
      </div>
    </form>
  )
}
