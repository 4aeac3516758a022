//! The nodes of a text, in the order in which a parser meets them, with the line of each.

use crate::pointer::Pointer;

/// Follows a parser, and calls a function with the pointer and the line of each node.
pub(crate) struct Nodes<'a> {
    pointer: Pointer,
    collections: Vec<Collection>,
    visit: &'a mut dyn FnMut(&str, usize),
}

/// A collection that is being read.
enum Collection {
    /// The index of the next item.
    List(usize),
    Object {
        /// The last node was a key, whose value comes next.
        in_value: bool,
    },
}

impl<'a> Nodes<'a> {
    /// Creates a follower at the beginning of a text.
    pub(crate) fn new(visit: &'a mut dyn FnMut(&str, usize)) -> Self {
        Self {
            pointer: Pointer::default(),
            collections: Vec::new(),
            visit,
        }
    }

    /// Takes a scalar; `key` is its text, which is used if it is a key.
    pub(crate) fn scalar(&mut self, key: &str, line: usize) {
        if let Some(Collection::Object {
            in_value: in_value @ false,
        }) = self.collections.last_mut()
        {
            *in_value = true;
            self.pointer.push(key);
            (self.visit)(self.pointer.as_str(), line);
        } else {
            self.enter(line);
            self.leave();
        }
    }

    /// Takes the beginning of a list.
    pub(crate) fn open_list(&mut self, line: usize) {
        self.enter(line);
        self.collections.push(Collection::List(0));
    }

    /// Takes the beginning of an object.
    pub(crate) fn open_object(&mut self, line: usize) {
        self.enter(line);
        self.collections
            .push(Collection::Object { in_value: false });
    }

    /// Takes the end of a list or an object.
    pub(crate) fn close(&mut self) {
        self.collections.pop();
        self.leave();
    }

    fn enter(&mut self, line: usize) {
        if let Some(Collection::List(index)) = self.collections.last() {
            self.pointer.push(&index.to_string());
            (self.visit)(self.pointer.as_str(), line);
        }
    }

    /// Steps back from a node that has been read to the collection it is in.
    fn leave(&mut self) {
        match self.collections.last_mut() {
            Some(Collection::List(index)) => {
                *index += 1;
                self.pointer.pop();
            }
            Some(Collection::Object { in_value }) => {
                *in_value = false;
                self.pointer.pop();
            }
            None => {}
        }
    }
}
