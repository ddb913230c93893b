import KubeModel
import TestSupport
import Testing

@Suite struct ObjectTableTests {
    private struct Item: Named, Hashable {
        let key: ObjectKey
        var value: Int
    }

    private func key(_ number: Int) -> ObjectKey {
        ObjectKey(namespace: "n\(number % 7)", name: "object-\(number)")
    }

    @Test func `It holds what a dictionary holds, in the order of names, after any changes`() {
        var generator = SeededGenerator(seed: 7)
        var table = ObjectTable<Item>()
        var model: [ObjectKey: Item] = [:]
        for step in 0..<20_000 {
            let item = Item(key: key(Int(generator.next() % 900)), value: step)
            // First it grows, then it shrinks to nothing.
            if generator.next() % 8 < (step < 10_000 ? 6 : 2) {
                #expect(table.put(item) == model.updateValue(item, forKey: item.key))
            } else {
                #expect(table.remove(item.key) == model.removeValue(forKey: item.key))
            }
            #expect(table.count == model.count)
            #expect(table[item.key] == model[item.key])
        }
        #expect(Array(table) == model.values.sorted { $0.key < $1.key })
        for key in model.keys { table.remove(key) }
        #expect(table.isEmpty && Array(table).isEmpty)
    }

    @Test func `Objects may come in any order, and the last of one name counts`() {
        let items = (0..<1000).map { Item(key: key($0), value: $0) }
        let table = ObjectTable(items.reversed() + [Item(key: key(3), value: -1)])
        #expect(table.count == 1000)
        #expect(table[key(3)]?.value == -1)
        #expect(table.map(\.key) == items.map(\.key).sorted())
        #expect(table[ObjectKey(namespace: "n9", name: "z")] == nil)
        #expect(table[ObjectKey(name: "a")] == nil)
    }

    @Test func `A copy keeps what it had`() {
        var table = ObjectTable((0..<500).map { Item(key: key($0), value: $0) })
        let copy = table
        table.put(Item(key: key(100), value: -1))
        table.remove(key(200))
        #expect(table.change(key(300)) { $0.value = -2 } != nil)
        #expect(table.change(key(200)) { $0.value = -2 } == nil)
        #expect(copy.count == 500 && copy[key(100)]?.value == 100 && copy[key(300)]?.value == 300)
        #expect(table.count == 499 && table[key(100)]?.value == -1 && table[key(300)]?.value == -2)
        #expect(copy != table)
    }
}
