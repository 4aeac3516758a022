//! The nodes of a text in document order, with the line of each.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::pointer;

/// A node of a document, by the hash of the keys that lead to it. JSON pointers below long keys
/// would need much more memory than the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct NodeId(u64);

impl NodeId {
    /// Returns the node at a JSON pointer.
    pub(crate) fn of(pointer: &str) -> Self {
        let keys = pointer.split('/').skip(1);
        keys.fold(Self::default(), |node, key| {
            node.child(&pointer::unescape(key))
        })
    }

    fn child(self, key: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        (self.0, key).hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// Tracks the events of a parser, and calls a function with each node and its line.
pub(crate) struct Nodes<'a> {
    /// The nodes from the root to the current one.
    path: Vec<NodeId>,
    collections: Vec<Collection>,
    visit: &'a mut dyn FnMut(NodeId, usize),
}

/// An open collection.
enum Collection {
    /// The index of the next item.
    List(usize),
    Object {
        /// The last node was a key, whose value comes next.
        in_value: bool,
    },
}

impl<'a> Nodes<'a> {
    /// Creates a tracker at the beginning of a text.
    pub(crate) fn new(visit: &'a mut dyn FnMut(NodeId, usize)) -> Self {
        Self {
            path: Vec::new(),
            collections: Vec::new(),
            visit,
        }
    }

    /// Handles a scalar. `key` is its text, which is used if the scalar is a key.
    pub(crate) fn scalar(&mut self, key: &str, line: usize) {
        if let Some(Collection::Object {
            in_value: in_value @ false,
        }) = self.collections.last_mut()
        {
            *in_value = true;
            self.step(key, line);
        } else {
            self.enter(line);
            self.leave();
        }
    }

    /// Handles the beginning of a list.
    pub(crate) fn open_list(&mut self, line: usize) {
        self.enter(line);
        self.collections.push(Collection::List(0));
    }

    /// Handles the beginning of an object.
    pub(crate) fn open_object(&mut self, line: usize) {
        self.enter(line);
        self.collections
            .push(Collection::Object { in_value: false });
    }

    /// Handles the end of a list or an object.
    pub(crate) fn close(&mut self) {
        self.collections.pop();
        self.leave();
    }

    fn enter(&mut self, line: usize) {
        if let Some(Collection::List(index)) = self.collections.last() {
            self.step(&index.to_string(), line);
        }
    }

    /// Enters a child of the current node.
    fn step(&mut self, key: &str, line: usize) {
        let node = self.path.last().copied().unwrap_or_default().child(key);
        self.path.push(node);
        (self.visit)(node, line);
    }

    /// Leaves a complete node, and returns to the collection that contains it.
    fn leave(&mut self) {
        match self.collections.last_mut() {
            Some(Collection::List(index)) => {
                *index += 1;
                self.path.pop();
            }
            Some(Collection::Object { in_value }) => {
                *in_value = false;
                self.path.pop();
            }
            None => {}
        }
    }
}
