import { Checkbox, Group, Paper, Table, Text, TextInput, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconSearch } from '@tabler/icons-react'
import { flexRender, getCoreRowModel, getFilteredRowModel, getSortedRowModel, useReactTable } from '@tanstack/react-table'
import type { ColumnDef, Row, RowData, SortingState } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { useTexts } from '~/lang/texts'
import { Empty } from './Empty'
import './table.css'
import { partsTexts } from './texts'

declare module '@tanstack/react-table' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface ColumnMeta<TData extends RowData, TValue> {
    /** Left out on a narrow screen. */
    wide?: boolean
    /** In pixels; else as wide as what is in it. */
    width?: number
    align?: 'left' | 'right' | 'center'
  }
}

export type { ColumnDef }

interface Props<T> {
  /** What the table is of, for who does not see it. */
  label: string
  rows: T[]
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  columns: ColumnDef<T, any>[]
  rowId: (row: T) => string
  /** Opens a row, by mouse or by Enter. */
  onOpen?: (row: T) => void
  /** Text of a row to search in; without it there is no search field. */
  searchText?: (row: T) => string
  /** How many there are, where "3개" is not how one counts them. */
  counted?: (n: number) => string
  /** The ids that are selected; without it nothing is. */
  selected?: Set<string>
  onSelect?: (ids: Set<string>) => void
  /** Shown when there is no row at all. */
  empty?: ReactNode
  /** Beside the search field. */
  tools?: ReactNode
  /** Below the rows, such as a button for more. */
  foot?: ReactNode
  /** Asks for more rows when the last ones come into sight. With it the table scrolls by itself from 50 rows on. */
  onEnd?: () => void
  /** The height at which it scrolls by itself; from 100 rows on only what is seen is drawn. */
  height?: number | string
  sort?: SortingState
  rowClass?: (row: T) => string | undefined
}

const rowHeight = 41
// So many rows before the last one more are asked for.
const ahead = 12

/** A table that sorts, searches, selects, and stays quick with thousands of rows. */
export function DataTable<T>(p: Props<T>) {
  const t = useTexts(partsTexts)
  const [sorting, setSorting] = useState<SortingState>(p.sort ?? [])
  const [search, setSearch] = useState('')
  const wanted = useDeferredValue(search.trim().toLowerCase())
  const rows = useMemo(() => (wanted && p.searchText ? p.rows.filter((r) => p.searchText!(r).toLowerCase().includes(wanted)) : p.rows), [p.rows, p.searchText, wanted])
  const table = useReactTable({
    data: rows, columns: p.columns, state: { sorting }, onSortingChange: setSorting, getRowId: p.rowId,
    getCoreRowModel: getCoreRowModel(), getSortedRowModel: getSortedRowModel(), getFilteredRowModel: getFilteredRowModel(),
  })
  const all = table.getRowModel().rows
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = all.length > 100 || (!!p.onEnd && all.length >= 50)
  const virtualizer = useVirtualizer({ count: all.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 12, enabled: virtual })
  const items = virtual ? virtualizer.getVirtualItems() : all.map((_, index) => ({ index, start: 0, end: 0 }))
  const before = virtual ? (items[0]?.start ?? 0) : 0
  const after = virtual ? virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) : 0
  const atEnd = virtual && (items.at(-1)?.index ?? 0) >= all.length - ahead
  const onEnd = p.onEnd
  useEffect(() => {
    if (atEnd) {
      onEnd?.()
    }
  }, [atEnd, onEnd])
  const columns = table.getVisibleLeafColumns().length + (p.selected ? 1 : 0)
  // The same functions all the time, so that lines which stay need not be drawn again.
  const latest = useRef(p)
  useEffect(() => {
    latest.current = p
  })
  const opened = useCallback((row: T) => latest.current.onOpen?.(row), [])
  const toggled = useCallback((id: string, on: boolean) => {
    const next = new Set(latest.current.selected)
    if (on) {
      next.add(id)
    } else {
      next.delete(id)
    }
    latest.current.onSelect?.(next)
  }, [])
  return (
    <>
      {(p.searchText || p.tools) && (
        <Group mb="xs" gap="xs" align="flex-end">
          {p.searchText && <TextInput type="search" leftSection={<IconSearch size={16} />} placeholder={t('search')} aria-label={t('search')} value={search} onChange={(e) => setSearch(e.currentTarget.value)} w={{ base: '100%', xs: 260 }} />}
          {p.tools}
          <Text size="sm" c="dimmed" ml="auto" aria-live="polite">{p.selected && p.selected.size > 0 ? t('selected', { n: p.selected.size }) : p.counted?.(rows.length) ?? t('rows', { n: rows.length })}</Text>
        </Group>
      )}
      {p.rows.length === 0 && p.empty ? (
        <Paper withBorder>{p.empty}</Paper>
      ) : (
        <Paper withBorder ref={scroller} className="table-scroll" mah={virtual ? (p.height ?? 'calc(100dvh - 210px)') : undefined} tabIndex={0} role="region" aria-label={p.label}>
          <Table highlightOnHover={!!p.onOpen} stickyHeader verticalSpacing={6} aria-rowcount={all.length + 1}>
            <Table.Thead>
              {table.getHeaderGroups().map((g) => (
                <Table.Tr key={g.id}>
                  {p.selected && (
                    <Table.Th w={36}>
                      <Checkbox size="xs" aria-label={t('selectAll')} checked={all.length > 0 && all.every((r) => p.selected!.has(r.id))} indeterminate={all.some((r) => p.selected!.has(r.id)) && !all.every((r) => p.selected!.has(r.id))} onChange={(e) => p.onSelect?.(new Set(e.currentTarget.checked ? all.map((r) => r.id) : []))} />
                    </Table.Th>
                  )}
                  {g.headers.map((h) => {
                    const meta = h.column.columnDef.meta
                    const sorted = h.column.getIsSorted()
                    const head = flexRender(h.column.columnDef.header, h.getContext())
                    return (
                      <Table.Th key={h.id} w={meta?.width} ta={meta?.align} className={meta?.wide ? 'wide' : undefined} aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : undefined}>
                        {h.column.getCanSort() ? (
                          <UnstyledButton fz="sm" fw={700} onClick={h.column.getToggleSortingHandler()} className="sort">
                            {head}
                            {sorted === 'asc' && <IconArrowUp size={14} aria-hidden />}
                            {sorted === 'desc' && <IconArrowDown size={14} aria-hidden />}
                          </UnstyledButton>
                        ) : head}
                      </Table.Th>
                    )
                  })}
                </Table.Tr>
              ))}
            </Table.Thead>
            <Table.Tbody>
              {before > 0 && <tr style={{ height: before }} aria-hidden />}
              {items.map(({ index }) => {
                const row = all[index]
                if (!row) {
                  return null
                }
                return (
                  <Line
                    key={row.id} row={row} columns={p.columns} index={index} opens={!!p.onOpen} className={p.rowClass?.(row.original) ?? ''}
                    selected={p.selected?.has(row.id)} onOpen={opened} onToggle={toggled}
                  />
                )
              })}
              {after > 0 && <tr style={{ height: after }} aria-hidden />}
              {all.length === 0 && (
                <Table.Tr><Table.Td colSpan={columns}><Empty title={t('none')} text={t('noneText')} /></Table.Td></Table.Tr>
              )}
            </Table.Tbody>
          </Table>
        </Paper>
      )}
      {p.foot}
    </>
  )
}

interface LineProps<T> {
  row: Row<T>
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  columns: ColumnDef<T, any>[]
  index: number
  opens: boolean
  className: string
  /** undefined: nothing is selected in this table. */
  selected?: boolean
  onOpen: (row: T) => void
  onToggle: (id: string, on: boolean) => void
}

/**
 * One row. It is drawn again when something of it is another: a table asks all its
 * lines at each step of scrolling and for each page that comes, and has new Row
 * objects for the same data then.
 */
const Line = memo(LineOf, (a, b) =>
  a.row.original === b.row.original && a.columns === b.columns && a.index === b.index && a.opens === b.opens && a.className === b.className && a.selected === b.selected) as typeof LineOf

function LineOf<T>({ row, index, opens, className, selected, onOpen, onToggle }: LineProps<T>) {
  const t = useTexts(partsTexts)
  return (
    <Table.Tr
      aria-rowindex={index + 2}
      className={[opens ? 'opens' : '', className].join(' ')}
      tabIndex={opens ? 0 : undefined}
      onClick={(e) => {
        if (!(e.target as HTMLElement).closest('a,button,input,label,[role=menu]') && !getSelection()?.toString()) {
          onOpen(row.original)
        }
      }}
      onKeyDown={(e) => {
        if (e.key === 'Enter' && e.target === e.currentTarget) {
          onOpen(row.original)
        }
      }}
    >
      {selected !== undefined && (
        <Table.Td><Checkbox size="xs" aria-label={t('selectRow', { name: row.id })} checked={selected} onChange={(e) => onToggle(row.id, e.currentTarget.checked)} /></Table.Td>
      )}
      {row.getVisibleCells().map((cell) => (
        <Table.Td key={cell.id} ta={cell.column.columnDef.meta?.align} className={cell.column.columnDef.meta?.wide ? 'wide' : undefined}>
          {flexRender(cell.column.columnDef.cell, cell.getContext())}
        </Table.Td>
      ))}
    </Table.Tr>
  )
}
