import { Menu } from '@mantine/core'
import { cloneElement, Fragment, type ReactElement, type Ref, useEffect, useRef, useState } from 'react'
import { Icon } from './icons.tsx'
import type { MenuButtonProps, MenuEntry } from './menu-button.tsx'

export function MenuList({ target, entries, heading, staysOpen }: MenuButtonProps) {
  const [opened, setOpened] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  // the button that was pressed is gone: its successor takes the focus, and gets it back when the menu closes
  useEffect(() => {
    button.current?.focus()
    setOpened(true)
  }, [])
  const anchor = cloneElement(target as ReactElement<{ ref?: Ref<HTMLButtonElement> }>, { ref: button })
  return (
    <Menu
      opened={opened}
      onChange={setOpened}
      returnFocus
      // the first entry has the focus at once
      withInitialFocusPlaceholder={false}
      position="bottom-end"
      shadow="md"
      closeOnItemClick={!staysOpen}
    >
      <Menu.Target>{anchor}</Menu.Target>
      <Menu.Dropdown>
        {heading === undefined ? null : <Menu.Label>{heading}</Menu.Label>}
        {entries.map((entry) => (
          <Fragment key={entry.key}>
            {entry.divided ? <Menu.Divider /> : null}
            <Menu.Item lang={entry.lang} leftSection={<Mark of={entry} />} onClick={entry.onSelect}>
              {entry.label}
            </Menu.Item>
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function Mark({ of }: { of: MenuEntry }) {
  if (of.icon) return <Icon name={of.icon} />
  if (of.checked === undefined) return null
  return <Icon name="check" style={{ visibility: of.checked ? 'visible' : 'hidden' }} />
}
